import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Id, Order, OrderLine } from "../api/types";
import { named, t } from "../i18n";
import { price } from "../i18n/format";
import { Action, LOADING, loadInto, valueOf, type Load } from "../store/load";
import type { Destination, OrdersModel } from "../store/orders";
import { CITY_CENTRE, KNOWN_PLACES } from "../store/places";
import { ActionNote, Ago, Choice, Countdown, Field, Loaded, Phrase } from "./parts";
import { Tracking } from "./tracking";
import { useModel, useShop } from "./use";

/** An order with whatever can be done about it at its stage. */
export function OrderCard({ order, linked = true }: { order: Order; linked?: boolean }): JSX.Element {
  const { orders } = useShop();
  return (
    <article class="card order" data-order={order.id} data-stage={order.stage}>
      <div class="row spread">
        <span class={`badge ${order.stage}`}>{t(`order.${order.stage}`)}</span>
        <span class="quiet">
          <Ago at={order.createdAt} />
        </span>
      </div>
      <h2>{linked ? <a href={`/orders/${order.id}`}>{named(order.name)}</a> : named(order.name)}</h2>
      <p class="row spread">
        <span class="quiet">
          {order.unitPriceMinor
            ? t("order.line", { quantity: order.quantity, price: price(order.unitPriceMinor) })
            : t("order.units", { count: order.quantity })}
        </span>
        <span class="price">{price(order.totalMinor)}</span>
      </p>
      {order.lines && <Lines lines={order.lines} />}
      {order.fulfilment === "pickup" && <Counter order={order} />}
      {order.stage === "ready" && <Code key={order.id} orderId={order.id} />}
      {(order.stage === "reserved" || order.stage === "awaiting_payment") && orders && (
        <Pay order={order} orders={orders} />
      )}
      {order.deliveryId && (order.stage === "paid" || order.stage === "delivering") && (
        <Tracking key={order.deliveryId} deliveryId={order.deliveryId} />
      )}
    </article>
  );
}

function Lines({ lines }: { lines: readonly OrderLine[] }): JSX.Element {
  return (
    <ul class="lines">
      {lines.map((line) => (
        <li key={line.skuId} class="row spread">
          <span>{named(line.name)}</span>
          <span class="quiet">{t("order.line", { quantity: line.quantity, price: price(line.unitPriceMinor) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Where the buyer fetches the goods. */
function Counter({ order }: { order: Order }): JSX.Element {
  const shop = useShop();
  const counters = useModel(() => shop.counters, [shop]);
  const place = valueOf(counters.all.value)?.find((one) => one.id === order.locationId);
  return <p>{t("order.pickup", { place: place ? named(place.name) : "…" })}</p>;
}

/** What the buyer shows at the counter. */
function Code({ orderId }: { orderId: Id }): JSX.Element {
  const { wire } = useShop();
  const code = useSignal<Load<string>>(LOADING);
  const load = (): Promise<void> =>
    loadInto(code, async () => (await wire.call("orders.pickup_code", { orderId })).code);
  useEffect(() => void load(), [orderId]);
  return (
    <div class="code-place">
      <p>{t("order.code")}</p>
      <Loaded load={code.value} retry={load}>
        {(text) => <output class="pickup-code">{text}</output>}
      </Loaded>
    </div>
  );
}

const HERE = "here";

function Pay({ order, orders }: { order: Order; orders: OrdersModel }): JSX.Element {
  const action = useMemo(() => new Action(), []);
  const where = useSignal("0");
  const address = useSignal("");
  const phone = useSignal("");
  const unknown = useSignal(false);
  const options = [
    ...KNOWN_PLACES.map((known, index) => ({ value: String(index), text: named(known.name) })),
    ...(canLocate() ? [{ value: HERE, text: t("order.here") }] : []),
  ];

  const destination = async (): Promise<Destination | null> => {
    const place = where.value === HERE ? await ownPlace() : KNOWN_PLACES[Number(where.value)]?.place;
    unknown.value = place === null;
    return place === null
      ? null
      : { place: place ?? CITY_CENTRE, address: address.value.trim(), phone: phone.value.trim() };
  };

  const fetched = order.fulfilment === "pickup";
  const pay = (): void =>
    void action.run(async () => {
      if (fetched) {
        await orders.pay(order.id, undefined);
        return;
      }
      const chosen = await destination();
      if (chosen) {
        await orders.pay(order.id, chosen);
      }
    });

  return (
    <form
      class="pay"
      onSubmit={(event) => {
        event.preventDefault();
        pay();
      }}
    >
      <p class="deadline">
        <Phrase text="order.payWithin" values={{ time: <Countdown until={order.payBefore} /> }} />
      </p>
      {!fetched && (
        <div class="fields">
          <Choice label={t("order.deliverTo")} value={where} options={options} />
          <Field
            label={t("order.address")}
            value={address}
            input={{ maxLength: 200, autocomplete: "street-address" }}
          />
          <Field
            label={t("order.phone")}
            value={phone}
            type="tel"
            input={{ maxLength: 25, autocomplete: "tel", pattern: "\\+?[0-9][0-9 \\-]{3,22}[0-9]" }}
          />
        </div>
      )}
      {unknown.value && (
        <p class="note" role="alert">
          {t("order.here.unknown")}
        </p>
      )}
      <div class="row">
        <button type="submit" class="primary grow" disabled={action.busy.value}>
          {t("order.pay", { price: price(order.totalMinor) })}
        </button>
        <button
          type="button"
          disabled={action.busy.value}
          onClick={() => void action.run(() => orders.cancel(order.id))}
        >
          {t("order.cancel")}
        </button>
      </div>
      <small class="quiet">{t("order.sandbox")}</small>
      <ActionNote action={action} />
    </form>
  );
}

const LOCATE_MILLIS = 8_000;

function canLocate(): boolean {
  return "geolocation" in navigator && window.isSecureContext;
}

/** Where the device says it is, or null where it does not say. */
function ownPlace(): Promise<Destination["place"] | null> {
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      () => resolve(null),
      { timeout: LOCATE_MILLIS, maximumAge: 60_000 },
    );
  });
}
