import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Sale } from "../api/types";
import { named, t } from "../i18n";
import { count, price } from "../i18n/format";
import { go, path } from "../router";
import { now } from "../store/clock";
import { newKey } from "../store/key";
import { Action } from "../store/load";
import { SaleModel } from "../store/sale-model";
import { buyableMax } from "../store/sale";
import { LobbyPart } from "./lobby";
import { ActionNote, Bar, Countdown, Field, Phrase } from "./parts";
import { useModel, useShop } from "./use";

/** Stock is announced in steps of a tenth: a reader that speaks every piece could not keep up. */
const ANNOUNCED_STEPS = 10;

/** A flash sale that is coming, running or over. */
export function SaleCard({ sale: first, stoppable }: { sale: Sale; stoppable: boolean }): JSX.Element {
  const { wire, session } = useShop();
  const loggedIn = session.loggedIn.value;
  const model = useModel(() => new SaleModel(wire, first, loggedIn), [wire, first.id, loggedIn]);
  const sale = model.at(now.value);
  const left = Math.max(0, sale.left);
  return (
    <section class={`card sale ${sale.stage}`} data-sale={sale.id} data-stage={sale.stage} data-left={left}>
      <div class="row spread">
        <span class="row">
          <span class="badge accent">{t("sale.title")}</span>
          {sale.audience !== "all" && <span class="badge">{t(`sale.for.${sale.audience}`)}</span>}
        </span>
        <SaleTime sale={sale} />
      </div>
      <h2>{named(sale.name)}</h2>
      <div class="row spread">
        <span class="price big">{price(sale.priceMinor)}</span>
        <span class="quiet">{t("sale.limit", { count: sale.perBuyerLimit })}</span>
      </div>
      <Bar label={t("sale.stock")} value={left} max={sale.quantity} low={left <= sale.quantity / ANNOUNCED_STEPS} />
      <p class="quiet">{t("sale.left", { left: count(left), quantity: count(sale.quantity) })}</p>
      <StockSpoken sale={sale} left={left} />
      {sale.stage !== "ended" && <Buy sale={sale} model={model} />}
      {stoppable && sale.stage !== "ended" && <Control sale={sale} />}
    </section>
  );
}

function SaleTime({ sale }: { sale: Sale }): JSX.Element {
  switch (sale.stage) {
    case "countdown":
      return (
        <span>
          <Phrase text="sale.opensIn" values={{ time: <Countdown until={sale.opensAt} /> }} />
        </span>
      );
    case "open":
      return (
        <span>
          <Phrase text="sale.endsIn" values={{ time: <Countdown until={sale.endsAt} /> }} />
        </span>
      );
    case "sold_out":
    case "ended":
      return <strong>{t(`sale.${sale.stage}`)}</strong>;
  }
}

function StockSpoken({ sale, left }: { sale: Sale; left: number }): JSX.Element {
  const step = Math.ceil((left / Math.max(1, sale.quantity)) * ANNOUNCED_STEPS);
  const text = useMemo(
    () =>
      sale.stage === "open"
        ? `${t("sale.open")}: ${t("sale.left", { left: count(left), quantity: count(sale.quantity) })}`
        : t(`sale.${sale.stage}`),
    [step, sale.stage],
  );
  return (
    <p class="spoken" aria-live="polite">
      {text}
    </p>
  );
}

function Buy({ sale, model }: { sale: Sale; model: SaleModel }): JSX.Element {
  const { session, orders } = useShop();
  const wanted = useSignal(1);
  const max = buyableMax(sale);
  const quantity = Math.min(wanted.value, max);
  const loggedIn = (act: () => void): void =>
    session.loggedIn.value ? act() : go(`/login?next=${encodeURIComponent(path.value)}`);
  const mayClaim = !sale.lobby || model.lobby.standing(now.value)?.place.stage === "turn";
  const buy = (): void => loggedIn(() => void model.buy(quantity, (order) => orders?.put(order)));
  const wait = (): void => loggedIn(() => void model.wait((order) => orders?.put(order)));
  return (
    <>
      {sale.lobby && <LobbyPart sale={sale} lobby={sale.lobby} model={model.lobby} loggedIn={loggedIn} />}
      {mayClaim && (
        <div class="row">
          {max > 1 && sale.stage === "open" && (
            <Quantity value={quantity} max={max} change={(value) => (wanted.value = value)} />
          )}
          <button
            type="button"
            class="primary grow"
            disabled={sale.stage !== "open" || model.buying.busy.value}
            onClick={buy}
          >
            {sale.stage === "open"
              ? t("sale.buy", { price: price(sale.priceMinor * quantity) })
              : t(`sale.${sale.stage}`)}
          </button>
        </div>
      )}
      {sale.stage === "sold_out" && !sale.lobby && (
        <div class="row">
          <button type="button" class="grow" disabled={model.buying.busy.value} onClick={wait}>
            {t("sale.wait")}
          </button>
          {model.ahead.value !== null && (
            <span role="status">{t("sale.waiting", { ahead: count(model.ahead.value) })}</span>
          )}
        </div>
      )}
      <ActionNote action={model.buying} />
    </>
  );
}

interface QuantityProps {
  value: number;
  max: number;
  change: (value: number) => void;
}

function Quantity({ value, max, change }: QuantityProps): JSX.Element {
  return (
    <div class="quantity" role="group" aria-label={t("sale.quantity")}>
      <button type="button" aria-label="−1" disabled={value <= 1} onClick={() => change(value - 1)}>
        −
      </button>
      <output>{value}</output>
      <button type="button" aria-label="+1" disabled={value >= max} onClick={() => change(value + 1)}>
        +
      </button>
    </div>
  );
}

const EXTEND_SECONDS = 300;

/** What a host does with a running sale. */
function Control({ sale }: { sale: Sale }): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const more = useSignal("10");
  const saleId = sale.id;
  const run = (act: () => Promise<unknown>): void => void action.run(async () => void (await act()));
  return (
    <>
      <form
        class="row end"
        onSubmit={(event) => {
          event.preventDefault();
          const quantity = Number(more.value);
          run(() => wire.call("flashsales.add_stock", { saleId, quantity, key: newKey() }));
        }}
      >
        <Field
          label={t("host.sale.more")}
          type="number"
          value={more}
          input={{ required: true, min: 1, max: 1_000_000, step: 1 }}
        />
        <button type="submit" disabled={action.busy.value}>
          {t("host.sale.add")}
        </button>
      </form>
      <div class="row">
        <button
          type="button"
          disabled={action.busy.value}
          onClick={() => run(() => wire.call("flashsales.extend", { saleId, seconds: EXTEND_SECONDS, key: newKey() }))}
        >
          {t("host.sale.extend", { minutes: EXTEND_SECONDS / 60 })}
        </button>
        <button
          type="button"
          disabled={action.busy.value}
          onClick={() => run(() => wire.call("flashsales.stop", { saleId }))}
        >
          {t("host.sale.stop")}
        </button>
      </div>
      <ActionNote action={action} />
    </>
  );
}
