import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { AfterSalesCase, CaseKind, CaseReason, Id, Order, OrderLine } from "../api/types";
import { named, t } from "../i18n";
import { price } from "../i18n/format";
import { go } from "../router";
import { isOpen, OrderCases, unasked } from "../store/cases";
import { newKey } from "../store/key";
import { Action } from "../store/load";
import { ActionNote, Ago, Choice, Field, Loaded, Phrase, Words, written } from "./parts";
import { useModel, useShop, useUser } from "./use";

const KINDS: readonly CaseKind[] = ["return", "exchange", "complaint"];
const REASONS: readonly CaseReason[] = [
  "changed_mind",
  "damaged",
  "not_as_described",
  "wrong_goods",
  "missing",
  "other",
];

/** A case in a list: what it is about, where it stands, and until when. */
export function CaseCard({ it }: { it: AfterSalesCase }): JSX.Element {
  return (
    <article class="card" data-case={it.id} data-stage={it.stage}>
      <CaseHead it={it} />
      <h2>
        <a href={`/cases/${it.id}`}>{t("case.of", { kind: t(`case.${it.kind}`), name: named(it.name) })}</a>
      </h2>
      <Due it={it} />
    </article>
  );
}

export function CaseHead({ it }: { it: AfterSalesCase }): JSX.Element {
  return (
    <div class="row spread">
      <span class={`badge ${isOpen(it) ? "accent" : it.stage}`}>{t(`case.stage.${it.stage}`)}</span>
      <span class="quiet">
        <Ago at={it.openedAt} />
      </span>
    </div>
  );
}

/** Until when somebody may act, and what happens by itself then. */
export function Due({ it }: { it: AfterSalesCase }): JSX.Element | null {
  if (it.dueAt === undefined || it.dueAt === null) {
    return null;
  }
  const what =
    it.kind === "complaint" && it.stage === "requested"
      ? t("case.due.complaint")
      : t(`case.due.${it.stage as "requested"}`);
  return (
    <p class="deadline">
      <Phrase text="case.due" values={{ when: <Ago at={it.dueAt} />, what }} />
    </p>
  );
}

/** What the buyer wants of an order that he has: his cases, and the way to a new one. */
export function OrderCasesSection({ order }: { order: Order }): JSX.Element {
  const { wire } = useShop();
  const user = useUser();
  const model = useModel(() => new OrderCases(wire, user.id, order.id), [wire, user.id, order.id]);
  return (
    <section aria-label={t("afterSales.title")}>
      <h2>{t("afterSales.title")}</h2>
      <Loaded load={model.cases.value} retry={() => model.load()}>
        {(cases) => {
          const left = unasked(goods(order), cases);
          return (
            <>
              {cases.length > 0 && (
                <div class="stack">
                  {cases.map((it) => (
                    <CaseCard key={it.id} it={it} />
                  ))}
                </div>
              )}
              {order.stage === "delivered" && left.length > 0 && <NewCase order={order} lines={left} />}
            </>
          );
        }}
      </Loaded>
    </section>
  );
}

/** What the order consists of, whatever it is of. */
function goods(order: Order): readonly OrderLine[] {
  if (order.lines) {
    return order.lines;
  }
  const { skuId, name, quantity, unitPriceMinor } = order;
  return skuId && unitPriceMinor ? [{ skuId, name, quantity, unitPriceMinor }] : [];
}

function NewCase({ order, lines }: { order: Order; lines: readonly OrderLine[] }): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const key = useMemo(newKey, []);
  const sku = useSignal<Id>(lines[0]?.skuId ?? "");
  const kind = useSignal<string>("return");
  const reason = useSignal<string>("changed_mind");
  const quantity = useSignal("1");
  const text = useSignal("");
  const line = lines.find((one) => one.skuId === sku.value);

  const submit = (): void =>
    void action.run(async () => {
      const made = await wire.call("aftersales.open", {
        orderId: order.id,
        skuId: sku.value,
        quantity: Number(quantity.value),
        kind: kind.value as CaseKind,
        reason: reason.value as CaseReason,
        key,
        ...written(text.value),
      });
      go(`/cases/${made.id}`);
    });

  return (
    <details class="card">
      <summary>{t("afterSales.ask")}</summary>
      <form
        class="new-case"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div class="fields">
          <Choice
            label={t("case.kind")}
            value={kind}
            options={KINDS.map((one) => ({ value: one, text: t(`case.${one}`) }))}
          />
          {lines.length > 1 && (
            <Choice
              label={t("case.goods")}
              value={sku}
              options={lines.map((one) => ({ value: one.skuId, text: named(one.name) }))}
            />
          )}
          <Field
            label={t("case.units")}
            value={quantity}
            type="number"
            input={{ min: 1, max: line?.quantity ?? 1, required: true }}
          />
          <Choice
            label={t("case.reason")}
            value={reason}
            options={REASONS.map((one) => ({ value: one, text: t(`reason.${one}`) }))}
          />
        </div>
        <Words label={t("case.text")} value={text} required={kind.value === "complaint"} />
        <button type="submit" class="primary" disabled={action.busy.value}>
          {line
            ? t("case.submit", { amount: price(line.unitPriceMinor * (Number(quantity.value) || 1)) })
            : t("case.open")}
        </button>
        <ActionNote action={action} />
      </form>
    </details>
  );
}
