import { signal, useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useMemo } from "preact/hooks";
import { Photos } from "../api/photos";
import type { AfterSalesCase, CaseEvidence, CaseFile, Id, Location } from "../api/types";
import { named, t } from "../i18n";
import { price } from "../i18n/format";
import { CaseModel, isOpen, verbs, type Side, type Verb } from "../store/cases";
import { Action, LOADING, loadInto, type Load } from "../store/load";
import { CaseHead, Due } from "./cases";
import { ActionNote, Ago, Choice, Field, Loaded, PageTitle, Words, written } from "./parts";
import { useModel, useShop, useUser } from "./use";

const NEEDS_WORDS: ReadonlySet<Verb> = new Set(["escalate", "decline", "answer", "reject", "decide"]);

/** One case, for its buyer and for the shop: each sees what he can do. */
export function CasePage({ caseId }: { caseId: Id }): JSX.Element {
  const { wire, session } = useShop();
  const user = useUser();
  const model = useModel(
    () => new CaseModel(wire, new Photos(() => session.token()), user.id, caseId),
    [wire, user.id, caseId],
  );
  return (
    <div class="narrow">
      <PageTitle text={t("case.title")} />
      <Loaded load={model.file.value} retry={() => model.load()}>
        {(file) => <Shown file={file} model={model} />}
      </Loaded>
    </div>
  );
}

function Shown({ file, model }: { file: CaseFile; model: CaseModel }): JSX.Element {
  const { session } = useShop();
  const it = file.case;
  const sides: Side[] = file.own ? ["buyer"] : session.has("admin") ? ["shop", "judge"] : ["shop"];
  const possible = sides.flatMap((side) => verbs(it, side));
  return (
    <>
      <article class="card case" data-case={it.id} data-stage={it.stage}>
        <CaseHead it={it} />
        <h2>{t("case.of", { kind: t(`case.${it.kind}`), name: named(it.name) })}</h2>
        <p class="row spread">
          <span class="quiet">
            {t("case.count", { count: it.quantity })} · {t(`reason.${it.reason}`)}
          </span>
          <span class="price">{price(it.amountMinor)}</span>
        </p>
        {it.offerMinor !== undefined && it.offerMinor !== null && (
          <p>{t("case.offer", { amount: price(it.offerMinor) })}</p>
        )}
        <Due it={it} />
        {possible.length > 0 && <Deeds key={it.stage} it={it} possible={possible} model={model} />}
        {file.own && (
          <p>
            <a href={`/orders/${it.orderId}`}>{t("case.order")}</a>
          </p>
        )}
        {file.own && it.replacementId && (
          <p>
            <a href={`/orders/${it.replacementId}`}>{t("case.replacement")}</a>
          </p>
        )}
      </article>
      <section class="card" aria-label={t("case.photos")}>
        <h2>{t("case.photos")}</h2>
        <Gallery evidence={file.evidence} model={model} />
        {isOpen(it) && <AddPhotos model={model} />}
      </section>
      <section class="card" aria-label={t("case.history")}>
        <h2>{t("case.history")}</h2>
        <History file={file} />
      </section>
    </>
  );
}

function Deeds(props: { it: AfterSalesCase; possible: readonly Verb[]; model: CaseModel }): JSX.Element {
  const { it, possible, model } = props;
  const action = useMemo(() => new Action(), []);
  const text = useSignal("");
  const percent = useSignal(it.stage === "escalated" ? "100" : "0");
  const location = useSignal("");
  const wordsNeeded = possible.some((verb) => NEEDS_WORDS.has(verb));
  const does = (verb: Verb, more: Record<string, unknown> = {}): void =>
    void action.run(() => model.act(verb, { ...written(text.value), ...more }));
  const missing = written(text.value).text === undefined;
  const press = (verb: Verb, label: string, more: Record<string, unknown> = {}, primary = false): JSX.Element => (
    <button
      key={label}
      type="button"
      class={primary ? "primary" : undefined}
      disabled={action.busy.value || (NEEDS_WORDS.has(verb) && missing) || (verb === "receive" && !location.value)}
      onClick={() => does(verb, more)}
    >
      {label}
    </button>
  );
  return (
    <div class="deeds" data-deeds={possible.join(" ")}>
      <Words label={t(wordsNeeded ? "case.words" : "case.note")} value={text} />
      {it.kind === "complaint" && (possible.includes("answer") || possible.includes("decide")) && (
        <Field label={t("case.percent")} value={percent} type="number" input={{ min: 0, max: 100 }} />
      )}
      {possible.includes("receive") && <Where location={location} />}
      <div class="row">{possible.flatMap((verb) => buttons(it, verb, percent, location, press))}</div>
      <ActionNote action={action} />
    </div>
  );
}

type Press = (verb: Verb, label: string, more?: Record<string, unknown>, primary?: boolean) => JSX.Element;

function buttons(
  it: AfterSalesCase,
  verb: Verb,
  percent: Signal<string>,
  location: Signal<string>,
  press: Press,
): JSX.Element[] {
  switch (verb) {
    case "approve":
      return [
        press(verb, t("case.do.approve"), {}, true),
        ...(it.remedy === "replacement" ? [press(verb, t("case.do.approveRefund"), { refundInstead: true })] : []),
      ];
    case "answer":
      return [press(verb, t("case.do.answer"), { percent: Number(percent.value) }, true)];
    case "receive":
      return [press(verb, t("case.do.receive"), { locationId: location.value }, true)];
    case "settle":
      return [
        press(verb, t("case.do.settle.good"), { damaged: false }, true),
        press(verb, t("case.do.settle.damaged"), { damaged: true }),
      ];
    case "decide": {
      const share = it.kind === "complaint" ? { percent: Math.max(1, Number(percent.value)) } : {};
      return [
        press(verb, t("case.do.decide.buyer"), { forBuyer: true, ...share }, true),
        press(verb, t("case.do.decide.shop"), { forBuyer: false }),
      ];
    }
    case "send_back":
    case "accept":
      return [press(verb, t(`case.do.${verb}`), {}, true)];
    case "withdraw":
    case "escalate":
    case "decline":
    case "reject":
      return [press(verb, t(`case.do.${verb}`))];
  }
}

/** Where the goods are that came back. */
function Where({ location }: { location: Signal<string> }): JSX.Element {
  const { wire } = useShop();
  const all = useMemo(() => signal<Load<readonly Location[]>>(LOADING), []);
  const load = (): Promise<void> =>
    loadInto(all, async () => (await wire.call("catalog.locations", { limit: 100 })).items);
  useEffect(() => void load(), []);
  return (
    <Loaded load={all.value} retry={load}>
      {(locations) => {
        if (!location.value && locations[0]) {
          location.value = locations[0].id;
        }
        return (
          <Choice
            label={t("case.location")}
            value={location}
            options={locations.map((one) => ({ value: one.id, text: named(one.name) }))}
          />
        );
      }}
    </Loaded>
  );
}

function Gallery({ evidence, model }: { evidence: readonly CaseEvidence[]; model: CaseModel }): JSX.Element {
  const photos = evidence.filter((one) => one.type !== "text");
  if (photos.length === 0) {
    return <p class="quiet">{t("case.photos.none")}</p>;
  }
  return (
    <ul class="photos">
      {photos.map((one, index) => (
        <li key={one.id}>
          <Photo id={one.id} model={model} text={t("case.photo", { number: index + 1, party: t(`party.${one.by}`) })} />
        </li>
      ))}
    </ul>
  );
}

function Photo({ id, model, text }: { id: Id; model: CaseModel; text: string }): JSX.Element {
  const shown = useMemo(() => signal<Load<string>>(LOADING), [id]);
  const load = (): Promise<void> => loadInto(shown, () => model.show(id));
  useEffect(() => void load(), [id]);
  return (
    <Loaded load={shown.value} retry={load}>
      {(address) => <img src={address} alt={text} title={text} loading="lazy" />}
    </Loaded>
  );
}

function AddPhotos({ model }: { model: CaseModel }): JSX.Element {
  const id = useId();
  const action = useMemo(() => new Action(), []);
  return (
    <div class="field">
      <label for={id}>{t("case.addPhotos")}</label>
      <input
        id={id}
        type="file"
        accept="image/*"
        multiple
        disabled={action.busy.value}
        onChange={(event) => {
          const input = event.currentTarget;
          const files = [...(input.files ?? [])];
          void action.run(() => model.addPhotos(files)).then(() => (input.value = ""));
        }}
      />
      <ActionNote action={action} />
    </div>
  );
}

/** What was done and said, in order. */
function History({ file }: { file: CaseFile }): JSX.Element {
  const said = file.evidence.filter((one) => one.type === "text").map((one) => ({ ...one, deed: null }));
  const all = [...file.steps, ...said].sort((one, other) => one.at - other.at || (one.deed === null ? 1 : -1));
  return (
    <ol class="history">
      {all.map((one, index) => (
        <li key={index}>
          <span class="quiet">
            {t(`party.${one.by}`)} · <Ago at={one.at} />
          </span>
          {one.deed === null ? <q>{one.text}</q> : <span>{t(`deed.${one.deed}`)}</span>}
        </li>
      ))}
    </ol>
  );
}
