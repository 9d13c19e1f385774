import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Id, Order } from "../api/types";
import type { Wire } from "../api/wire";
import { named, t } from "../i18n";
import { Counters } from "../store/counters";
import { Action, LOADING, loadInto, valueOf, type Load } from "../store/load";
import { ActionNote, Ago, Field, Loaded, PageTitle } from "./parts";
import { useModel, useShop } from "./use";

const ORDERS_MAX = 100;
const ASK_EVERY_MILLIS = 10_000;

/** What one counter has to do; asked again now and then, as there is no channel for it. */
class CounterModel {
  readonly orders = signal<Load<readonly Order[]>>(LOADING);
  readonly location = signal<Id | undefined>(undefined);
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    const timer = setInterval(() => {
      if (!document.hidden) {
        void this.load();
      }
    }, ASK_EVERY_MILLIS);
    return () => clearInterval(timer);
  }

  async load(location = this.location.value): Promise<void> {
    if (location !== this.location.value) {
      this.location.value = location;
      this.orders.value = LOADING;
    }
    if (location) {
      await loadInto(
        this.orders,
        async () => (await this.#wire.call("orders.to_fetch", { locationId: location, limit: ORDERS_MAX })).items,
      );
    }
  }

  async ready(orderId: Id): Promise<void> {
    await this.#wire.call("orders.ready", { orderId });
    await this.load();
  }

  async handOver(orderId: Id, code: string): Promise<void> {
    await this.#wire.call("orders.hand_over", { orderId, code });
    await this.load();
  }
}

/** For those who stand at a counter: what to make ready, and what to hand over. */
export function CounterPage(): JSX.Element {
  const shop = useShop();
  const model = useModel(() => new CounterModel(shop.wire), [shop.wire]);
  const counters = useModel(() => shop.counters, [shop]);
  // flash sales mostly sell out of warehouses, and who wants nothing brought fetches it there
  const warehouses = useModel(() => new Counters(shop.wire, "warehouse"), [shop.wire]);
  const first = valueOf(counters.all.value)?.[0]?.id;
  useEffect(() => void model.load(model.location.value ?? first), [first]);
  return (
    <>
      <PageTitle text={t("counter.title")} />
      <Loaded
        load={counters.all.value}
        retry={() => counters.load()}
        empty={{ when: (all) => all.length === 0, text: t("counter.none") }}
      >
        {(all) => (
          <>
            <div class="chips" role="group" aria-label={t("counter.title")}>
              {[...all, ...(valueOf(warehouses.all.value) ?? [])].map((one) => (
                <button
                  key={one.id}
                  type="button"
                  aria-pressed={one.id === model.location.value}
                  onClick={() => void model.load(one.id)}
                >
                  {named(one.name)}
                </button>
              ))}
            </div>
            <Loaded
              load={model.orders.value}
              retry={() => model.load()}
              empty={{ when: (orders) => orders.length === 0, text: t("counter.empty") }}
            >
              {(orders) => (
                <div class="stack columns">
                  {orders.map((order) => (
                    <ToFetch key={order.id} order={order} model={model} />
                  ))}
                </div>
              )}
            </Loaded>
          </>
        )}
      </Loaded>
    </>
  );
}

function ToFetch({ order, model }: { order: Order; model: CounterModel }): JSX.Element {
  const action = useMemo(() => new Action(), []);
  const code = useSignal("");
  const ready = (): void => void action.run(() => model.ready(order.id));
  return (
    <article class="card" data-order={order.id} data-stage={order.stage}>
      <div class="row spread">
        <span class={`badge ${order.stage}`}>{t(`order.${order.stage}`)}</span>
        <span class="quiet">
          <Ago at={order.createdAt} />
        </span>
      </div>
      <h2>{named(order.name)}</h2>
      <ul class="lines">
        {(order.lines ?? []).map((line) => (
          <li key={line.skuId}>
            {line.quantity} × {named(line.name)}
          </li>
        ))}
      </ul>
      <p class="quiet id">{t("order.number", { id: order.id })}</p>
      {order.stage === "paid" ? (
        <button type="button" class="primary" disabled={action.busy.value} onClick={ready}>
          {t("counter.ready")}
        </button>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void action.run(() => model.handOver(order.id, code.value.trim()));
          }}
        >
          <Field
            label={t("counter.code")}
            value={code}
            input={{ required: true, pattern: "[0-9]{6}", inputMode: "numeric", maxLength: 6, autocomplete: "off" }}
          />
          <div class="row">
            <button type="submit" class="primary grow" disabled={action.busy.value}>
              {t("counter.handOver")}
            </button>
            <button type="button" disabled={action.busy.value} onClick={ready}>
              {t("counter.newCode")}
            </button>
          </div>
        </form>
      )}
      <ActionNote action={action} />
    </article>
  );
}
