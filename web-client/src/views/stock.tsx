import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Id, Location, Movement, StockLevel } from "../api/types";
import type { Wire } from "../api/wire";
import { named, t } from "../i18n";
import { newKey } from "../store/key";
import { Action, LOADING, loadInto, ready, valueOf, type Load } from "../store/load";
import { ProductsModel } from "./host";
import { ActionNote, Ago, Choice, Field, Loaded, PageTitle } from "./parts";
import { useModel, useShop } from "./use";

const PAGE = 100;
const ROWS_MAX = 500;
const MOVEMENTS_PAGE = 20;

/** The locations of the shop, and what there is in the one that is looked at. */
class StockModel {
  readonly locations = signal<Load<readonly Location[]>>(LOADING);
  readonly location = signal<Id>("");
  readonly levels = signal<Load<readonly StockLevel[]>>(LOADING);
  readonly next = signal<Id | undefined>(undefined);
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    return () => undefined;
  }

  async load(): Promise<void> {
    await loadInto(this.locations, async () => (await this.#wire.call("catalog.locations", { limit: PAGE })).items);
    this.location.value ||= valueOf(this.locations.value)?.[0]?.id ?? "";
    await this.look();
  }

  /** Looks at another location, or again at this one. */
  async look(location = this.location.value): Promise<void> {
    if (location !== this.location.value) {
      this.location.value = location;
      this.levels.value = LOADING;
    }
    if (location) {
      await loadInto(this.levels, async () => {
        const page = await this.#wire.call("catalog.stock", { locationId: location, limit: PAGE });
        this.next.value = page.next ?? undefined;
        return page.items;
      });
    }
  }

  async more(): Promise<void> {
    const after = this.next.value;
    const page = await this.#wire.call("catalog.stock", { locationId: this.location.value, limit: PAGE, after });
    const all = [...(valueOf(this.levels.value) ?? []), ...page.items].slice(0, ROWS_MAX);
    this.next.value = all.length < ROWS_MAX ? (page.next ?? undefined) : undefined;
    this.levels.value = ready(all);
  }
}

/** What there is where, for those who put it there. */
export function StockPage(): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new StockModel(wire), [wire]);
  const { session } = useShop();
  const moves = session.has("host", "operator", "admin");
  return (
    <>
      <PageTitle text={t("stock.title")} />
      <Loaded load={model.locations.value} retry={() => model.load()}>
        {(locations) => (
          <>
            <Locations model={model} locations={locations} />
            <div class="split">
              <Levels model={model} locations={locations} />
              {moves && <Move model={model} locations={locations} />}
            </div>
            {session.has("operator", "admin") && <NewLocation model={model} />}
          </>
        )}
      </Loaded>
    </>
  );
}

interface LocatedProps {
  model: StockModel;
  locations: readonly Location[];
}

function Locations({ model, locations }: LocatedProps): JSX.Element {
  return (
    <div class="chips" role="group" aria-label={t("stock.locations")}>
      {locations.map((location) => (
        <button
          key={location.id}
          type="button"
          aria-pressed={location.id === model.location.value}
          onClick={() => void model.look(location.id)}
        >
          {named(location.name)} <small class="quiet">{t(`location.${location.kind}`)}</small>
        </button>
      ))}
    </div>
  );
}

function Levels({ model, locations }: LocatedProps): JSX.Element {
  const here = locations.find((location) => location.id === model.location.value);
  const open = useSignal<Id | null>(null);
  return (
    <section class="card" aria-labelledby="levels">
      <h2 id="levels">{here ? named(here.name) : t("stock.title")}</h2>
      <Loaded
        load={model.levels.value}
        retry={() => model.look()}
        empty={{ when: (all) => all.length === 0, text: t("stock.empty") }}
      >
        {(levels) => (
          <ul class="rows">
            {levels.map((level) => (
              <li key={level.skuId} class="level" data-sku={level.skuId}>
                <span class="grow">
                  {named(level.name)} <small class="quiet">{level.code}</small>
                </span>
                <strong>{level.available}</strong>
                <button
                  type="button"
                  class="plain"
                  aria-expanded={open.value === level.skuId}
                  onClick={() => (open.value = open.value === level.skuId ? null : level.skuId)}
                >
                  {t("stock.movements")}
                </button>
                {open.value === level.skuId && (
                  <Movements key={`${level.locationId}-${level.available}`} level={level} locations={locations} />
                )}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {model.next.value && (
        <button type="button" onClick={() => void model.more().catch(() => undefined)}>
          {t("more")}
        </button>
      )}
    </section>
  );
}

class MovementsModel {
  readonly movements = signal<Load<readonly Movement[]>>(LOADING);
  readonly next = signal<Id | undefined>(undefined);
  readonly #wire: Wire;
  readonly #level: StockLevel;

  constructor(wire: Wire, level: StockLevel) {
    this.#wire = wire;
    this.#level = level;
  }

  open(): () => void {
    void this.load();
    return () => undefined;
  }

  load(): Promise<void> {
    return loadInto(this.movements, () => this.#page([]));
  }

  async more(): Promise<void> {
    this.movements.value = ready(await this.#page(valueOf(this.movements.value) ?? []));
  }

  async #page(before: readonly Movement[]): Promise<readonly Movement[]> {
    const { skuId, locationId } = this.#level;
    const after = before.at(-1)?.id;
    const page = await this.#wire.call("catalog.movements", { skuId, locationId, limit: MOVEMENTS_PAGE, after });
    const all = [...before, ...page.items].slice(0, ROWS_MAX);
    this.next.value = all.length < ROWS_MAX ? (page.next ?? undefined) : undefined;
    return all;
  }
}

function Movements({ level, locations }: { level: StockLevel; locations: readonly Location[] }): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new MovementsModel(wire, level), [wire]);
  const nameOf = (id: Id): string => named(locations.find((one) => one.id === id)?.name ?? { zh: id, en: id });
  return (
    <Loaded load={model.movements.value} retry={() => model.load()}>
      {(movements) => (
        <ol class="movements" aria-label={t("stock.movementsOf", { location: nameOf(level.locationId) })}>
          {movements.map((movement) => (
            <li key={movement.id}>
              <strong>{movement.quantity > 0 ? `+${movement.quantity}` : movement.quantity}</strong>{" "}
              {t(`movement.${movement.reason}`)}{" "}
              <span class="quiet">
                → {movement.balance} · <Ago at={movement.at} /> · <code>{movement.reference}</code>
                {movement.note && ` · ${movement.note}`}
              </span>
            </li>
          ))}
          {model.next.value && (
            <li>
              <button type="button" class="plain" onClick={() => void model.more().catch(() => undefined)}>
                {t("more")}
              </button>
            </li>
          )}
        </ol>
      )}
    </Loaded>
  );
}

type Act = "receive" | "correct" | "transfer";
const ACTS: readonly Act[] = ["receive", "correct", "transfer"];

function Move({ model, locations }: LocatedProps): JSX.Element {
  const { wire, session } = useShop();
  const products = useModel(() => new ProductsModel(wire), [wire]);
  const mine = session.has("operator", "admin") ? null : session.user.value?.id;
  return (
    <section class="card" aria-labelledby="move">
      <h2 id="move">{t("stock.move")}</h2>
      <Loaded load={products.products.value} retry={() => products.load()}>
        {(all) => {
          const skus = all
            .filter((product) => !mine || product.hostId === mine)
            .flatMap((product) =>
              product.skus.map((sku) => ({ value: sku.id, text: skuName(product.name, sku.name) })),
            );
          return skus.length === 0 ? (
            <p class="quiet">{t("host.products.empty")}</p>
          ) : (
            <MoveForm model={model} locations={locations} skus={skus} />
          );
        }}
      </Loaded>
    </section>
  );
}

function skuName(product: { zh: string; en: string }, sku: { zh: string; en: string }): string {
  return named(product) === named(sku) ? named(product) : `${named(product)} · ${named(sku)}`;
}

function MoveForm({
  model,
  locations,
  skus,
}: LocatedProps & { skus: readonly { value: string; text: string }[] }): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const act = useSignal<Act>("receive");
  const skuId = useSignal(skus[0]?.value ?? "");
  const to = useSignal(locations.find((one) => one.id !== model.location.value)?.id ?? "");
  const quantity = useSignal("10");
  const note = useSignal("");
  const key = useSignal(newKey());
  const elsewhere = locations.filter((one) => one.id !== model.location.value);

  const send = async (): Promise<void> => {
    const locationId = model.location.value;
    const units = Number(quantity.value);
    const why = note.value.trim();
    const asked = { skuId: skuId.value, quantity: units, key: key.value };
    switch (act.value) {
      case "receive":
        await wire.call("catalog.receive", { ...asked, locationId, ...(why ? { note: why } : {}) });
        break;
      case "correct":
        await wire.call("catalog.correct", { ...asked, locationId, note: why });
        break;
      case "transfer":
        await wire.call("catalog.transfer", {
          ...asked,
          fromId: locationId,
          toId: to.value === locationId ? (elsewhere[0]?.id ?? "") : to.value,
          ...(why ? { note: why } : {}),
        });
        break;
    }
    key.value = newKey();
    note.value = "";
    await model.look();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void action.run(send);
      }}
    >
      <div class="chips" role="group" aria-label={t("stock.move")}>
        {ACTS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={act.value === one}
            disabled={one === "transfer" && elsewhere.length === 0}
            onClick={() => (act.value = one)}
          >
            {t(`stock.${one}`)}
          </button>
        ))}
      </div>
      <Choice label={t("host.sku")} value={skuId} options={skus} required />
      <div class="fields small">
        <Field
          label={act.value === "correct" ? t("stock.difference") : t("stock.quantity")}
          type="number"
          value={quantity}
          input={{ required: true, step: 1, min: act.value === "correct" ? -1_000_000 : 1, max: 1_000_000 }}
        />
        {act.value === "transfer" && (
          <Choice
            label={t("stock.to")}
            value={to}
            options={elsewhere.map((one) => ({ value: one.id, text: named(one.name) }))}
            required
          />
        )}
        <Field label={t("stock.note")} value={note} input={{ required: act.value === "correct", maxLength: 200 }} />
      </div>
      <button type="submit" class="primary" disabled={action.busy.value}>
        {t(`stock.${act.value}.submit`)}
      </button>
      <ActionNote action={action} />
    </form>
  );
}

function NewLocation({ model }: { model: StockModel }): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const kind = useSignal("counter");
  const zh = useSignal("");
  const en = useSignal("");
  const latitude = useSignal("31.23");
  const longitude = useSignal("121.47");
  const add = (): void =>
    void action.run(async () => {
      await wire.call("catalog.add_location", {
        kind: kind.value as "counter" | "warehouse",
        name: { zh: zh.value, en: en.value },
        place: { latitude: Number(latitude.value), longitude: Number(longitude.value) },
      });
      zh.value = en.value = "";
      await model.load();
    });
  const degrees = (max: number): JSX.IntrinsicElements["input"] => ({ required: true, step: "any", min: -max, max });
  return (
    <details class="card">
      <summary>{t("stock.addLocation")}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <div class="fields small">
          <Choice
            label={t("stock.kind")}
            value={kind}
            options={(["counter", "warehouse"] as const).map((one) => ({ value: one, text: t(`location.${one}`) }))}
          />
          <Field label={t("stock.nameZh")} value={zh} input={{ required: true, maxLength: 200 }} />
          <Field label={t("stock.nameEn")} value={en} input={{ required: true, maxLength: 200 }} />
          <Field label={t("stock.latitude")} type="number" value={latitude} input={degrees(90)} />
          <Field label={t("stock.longitude")} type="number" value={longitude} input={degrees(180)} />
        </div>
        <button type="submit" class="primary" disabled={action.busy.value}>
          {t("stock.addLocation")}
        </button>
        <ActionNote action={action} />
      </form>
    </details>
  );
}
