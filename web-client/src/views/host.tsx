import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { NewSale } from "../api/methods";
import type { Audience, Product, Room } from "../api/types";
import type { Wire } from "../api/wire";
import { named, t } from "../i18n";
import { price } from "../i18n/format";
import { newKey } from "../store/key";
import { Action, LOADING, loadInto, type Load } from "../store/load";
import type { RoomModel } from "../store/room-model";
import type { RoomState } from "../store/room";
import { ActionNote, Choice, Field, Loaded } from "./parts";
import { useModel, useShop } from "./use";

const PRODUCTS_MAX = 100;
/** Who may be chosen on this page; a list is made by programs. */
const AUDIENCES = ["all", "followers", "members"] as const;

/** What there is to show and to sell. */
export class ProductsModel {
  readonly products = signal<Load<readonly Product[]>>(LOADING);
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    return () => undefined;
  }

  load(): Promise<void> {
    return loadInto(
      this.products,
      async () => (await this.#wire.call("catalog.products", { limit: PRODUCTS_MAX })).items,
    );
  }
}

/** What only the room's host sees: the session's stage, the product shown, the sales. */
export function HostPanel({ state, model }: { state: RoomState; model: RoomModel }): JSX.Element {
  const { wire } = useShop();
  const products = useModel(() => new ProductsModel(wire), [wire]);
  const { room } = state;
  return (
    <section class="card host" aria-labelledby="host-title">
      <h2 id="host-title">{t("host.title")}</h2>
      <Stage room={room} model={model} />
      {room.stage === "live" && (
        <Loaded
          load={products.products.value}
          retry={() => products.load()}
          empty={{ when: (all) => all.length === 0, text: t("host.products.empty") }}
        >
          {(all) => (
            <>
              <Pin room={room} model={model} products={all} />
              <StartSale room={room} model={model} products={all} />
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}

function Stage({ room, model }: { room: Room; model: RoomModel }): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const ending = useSignal(false);
  const roomId = room.id;
  const start = (): void => void action.run(async () => model.changed(await wire.call("rooms.start", { roomId })));
  const end = (): void => void action.run(async () => model.changed(await wire.call("rooms.end", { roomId })));
  return (
    <div class="row">
      {room.stage === "scheduled" && (
        <button type="button" class="primary" disabled={action.busy.value} onClick={start}>
          {t("host.start")}
        </button>
      )}
      {room.stage === "live" && !ending.value && (
        <button type="button" onClick={() => (ending.value = true)}>
          {t("host.end")}
        </button>
      )}
      {room.stage === "live" && ending.value && (
        <>
          <span>{t("host.end.confirm")}</span>
          <button type="button" class="danger" disabled={action.busy.value} onClick={end}>
            {t("host.end")}
          </button>
          <button type="button" onClick={() => (ending.value = false)}>
            {t("host.end.cancel")}
          </button>
        </>
      )}
      <ActionNote action={action} />
    </div>
  );
}

interface SellingProps {
  room: Room;
  model: RoomModel;
  products: readonly Product[];
}

function Pin({ room, model, products }: SellingProps): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const chosen = useSignal(products[0]?.id ?? "");
  const pin = (productId: string | null): void =>
    void action.run(async () => model.changed(await wire.call("rooms.pin", { roomId: room.id, productId })));
  return (
    <div class="fields">
      <Choice
        label={t("host.product")}
        value={chosen}
        options={products.map((product) => ({ value: product.id, text: named(product.name) }))}
      />
      <div class="row end">
        <button type="button" disabled={action.busy.value} onClick={() => pin(chosen.value)}>
          {t("host.pin")}
        </button>
        {room.pinned && (
          <button type="button" disabled={action.busy.value} onClick={() => pin(null)}>
            {t("host.unpin")}
          </button>
        )}
      </div>
      <ActionNote action={action} />
    </div>
  );
}

function StartSale({ room, model, products }: SellingProps): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const skus = products.flatMap((product) => product.skus.map((sku) => ({ product, sku })));
  const skuId = useSignal(skus[0]?.sku.id ?? "");
  const yuan = useSignal(((skus[0]?.sku.priceMinor ?? 100) / 100).toFixed(2));
  const quantity = useSignal("20");
  const limit = useSignal("2");
  const countdown = useSignal("10");
  const duration = useSignal("600");
  const reservation = useSignal("120");
  const turn = useSignal("");
  const audience = useSignal<string>("all");
  const perDevice = useSignal("");
  const key = useSignal(newKey());
  const start = (): void => {
    const sale: NewSale = {
      key: key.value,
      roomId: room.id,
      skuId: skuId.value,
      priceMinor: Math.round(Number(yuan.value) * 100),
      quantity: Number(quantity.value),
      perBuyerLimit: Number(limit.value),
      ...(countdown.value === "" ? {} : { countdownSeconds: Number(countdown.value) }),
      durationSeconds: Number(duration.value),
      reservationSeconds: Number(reservation.value),
      audience: audience.value as Audience,
      entry: {
        ...(turn.value === "" ? {} : { turnSeconds: Number(turn.value) }),
        ...(perDevice.value === "" ? {} : { accountsPerDevice: Number(perDevice.value) }),
      },
    };
    void action.run(async () => {
      model.saleStarted(await wire.call("flashsales.start", sale));
      key.value = newKey();
    });
  };
  const options = skus.map(({ product, sku }) => ({
    value: sku.id,
    text: `${named(product.name)} · ${named(sku.name)} · ${price(sku.priceMinor)} · ${t("product.available", { count: sku.available })}`,
  }));
  return (
    <details>
      <summary>{t("host.sale")}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <Choice label={t("host.sku")} value={skuId} options={options} required />
        <div class="fields small">
          <Field
            label={t("host.price")}
            type="number"
            value={yuan}
            input={{ required: true, min: "0.01", step: "0.01" }}
          />
          <Field label={t("host.quantity")} type="number" value={quantity} input={whole(1, 1_000_000)} />
          <Field label={t("host.limit")} type="number" value={limit} input={whole(1, 100)} />
          <Field
            label={t("host.countdown")}
            hint={t("host.countdown.hint")}
            type="number"
            value={countdown}
            input={optional(10, 300)}
          />
          <Field label={t("host.duration")} type="number" value={duration} input={whole(10, 86_400)} />
          <Field label={t("host.reservation")} type="number" value={reservation} input={whole(5, 3_600)} />
          <Choice
            label={t("host.audience")}
            value={audience}
            options={AUDIENCES.map((value) => ({ value, text: t(`sale.for.${value}`) }))}
          />
          <Field
            label={t("host.turn")}
            hint={t("host.turn.hint")}
            type="number"
            value={turn}
            input={optional(10, 600)}
          />
          <Field
            label={t("host.perDevice")}
            hint={t("host.perDevice.hint")}
            type="number"
            value={perDevice}
            input={optional(1, 1_000)}
          />
        </div>
        <button type="submit" class="primary" disabled={action.busy.value}>
          {t("host.sale.start")}
        </button>
        <ActionNote action={action} />
      </form>
    </details>
  );
}

function optional(min: number, max: number): JSX.IntrinsicElements["input"] {
  return { min, max, step: 1 };
}

function whole(min: number, max: number): JSX.IntrinsicElements["input"] {
  return { required: true, min, max, step: 1 };
}
