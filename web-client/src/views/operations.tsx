import type { JSX } from "preact";
import type { Alert, Courier, Delivery, Id } from "../api/types";
import { named, t } from "../i18n";
import { countByStage, byUrgency, isFinished, type OperationsState } from "../store/operations";
import { OperationsModel } from "../store/operations-model";
import { valueOf } from "../store/load";
import { LocalMap, type Marker } from "./map";
import { Ago, Loaded, PageTitle } from "./parts";
import { AlertLine } from "./shelf";
import { useModel, useShop } from "./use";

const ROWS_MAX = 50;

/** What is going on in the streets and at the shelves. */
export function OperationsPage(): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new OperationsModel(wire), [wire]);
  const alerts = valueOf(model.alerts.value);
  return (
    <>
      <PageTitle text={t("operations.title")} />
      <Loaded load={model.state.value} retry={() => model.load()}>
        {(state) => (
          <>
            <Counters state={state} alerts={alerts} />
            <LocalMap markers={markersOf(state)} />
            <div class="split">
              <Deliveries deliveries={byUrgency(state.deliveries.values())} />
              <Couriers couriers={[...state.couriers.values()]} />
            </div>
          </>
        )}
      </Loaded>
      <Alerts model={model} />
    </>
  );
}

function markersOf(state: OperationsState): Marker[] {
  const open = [...state.deliveries.values()].filter((delivery) => !isFinished(delivery));
  const couriers = [...state.couriers.values()].flatMap((courier): Marker[] =>
    courier.onShift && courier.place
      ? [{ kind: "courier", place: courier.place, name: courier.name, faded: courier.active === 0 }]
      : [],
  );
  return [
    ...open.map((delivery): Marker => ({ kind: "pickup", place: delivery.pickup })),
    ...open.map((delivery): Marker => ({ kind: "dropoff", place: delivery.dropoff })),
    ...couriers,
  ];
}

function Counters({ state, alerts }: { state: OperationsState; alerts: Alert[] | undefined }): JSX.Element {
  const couriers = [...state.couriers.values()].filter((courier) => courier.onShift);
  const stages = countByStage(state.deliveries.values());
  const open = stages.waiting + stages.offered + stages.assigned + stages.picked_up;
  const figures: [string, number | string][] = [
    [t("operations.onShift"), couriers.length],
    [t("operations.busy"), couriers.filter((courier) => courier.active > 0).length],
    [t("operations.open"), open],
    [t("operations.delivered"), stages.delivered],
    [t("operations.alerts"), alerts?.length ?? "–"],
  ];
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <div key={name} class="card">
          <dt class="quiet">{name}</dt>
          <dd class="big">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Deliveries({ deliveries }: { deliveries: readonly Delivery[] }): JSX.Element {
  return (
    <section class="card" aria-labelledby="deliveries">
      <h2 id="deliveries">{t("operations.deliveries")}</h2>
      {deliveries.length === 0 && <p class="quiet">{t("operations.deliveries.empty")}</p>}
      <ul class="rows">
        {deliveries.slice(0, ROWS_MAX).map((delivery) => (
          <li key={delivery.id} data-delivery={delivery.id} data-stage={delivery.stage}>
            <span class={`badge ${isFinished(delivery) ? "ended" : "live"}`}>
              {t(`delivery.short.${delivery.stage}`)}
            </span>
            <span class="grow">{who(delivery)}</span>
            <span class="quiet">
              <Ago at={delivery.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function who(delivery: Delivery): string {
  if (delivery.restockShelfId) {
    return delivery.courierName ? `${t("delivery.restock")} · ${delivery.courierName}` : t("delivery.restock");
  }
  return delivery.courierName ?? t("operations.order");
}

function Couriers({ couriers }: { couriers: readonly Courier[] }): JSX.Element {
  const sorted = [...couriers].sort(
    (one, other) => Number(other.onShift) - Number(one.onShift) || one.name.localeCompare(other.name),
  );
  return (
    <section class="card" aria-labelledby="couriers">
      <h2 id="couriers">{t("operations.couriers")}</h2>
      {couriers.length === 0 && <p class="quiet">{t("operations.couriers.empty")}</p>}
      <ul class="rows">
        {sorted.slice(0, ROWS_MAX).map((courier) => (
          <li key={courier.id} data-courier={courier.id}>
            <span class={`badge ${courier.onShift ? "live" : "ended"}`}>
              {courier.onShift ? t("courier.on") : t("courier.off")}
            </span>
            <span class="grow">{courier.name}</span>
            <span class="quiet">{t("operations.active", { count: courier.active })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Alerts({ model }: { model: OperationsModel }): JSX.Element {
  const nameOf = (shelfId: Id): string => {
    const name = model.shelfNames.value.get(shelfId);
    return name ? named(name) : t("map.shelf");
  };
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">{t("operations.alerts")}</h2>
      <Loaded
        load={model.alerts.value}
        retry={() => model.loadAlerts()}
        empty={{ when: (alerts) => alerts.length === 0, text: t("operations.alerts.empty") }}
      >
        {(alerts) => (
          <ul class="alerts">
            {alerts.map((alert) => (
              <AlertLine key={alert.id} alert={alert} shelfName={nameOf(alert.shelfId)} />
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  );
}
