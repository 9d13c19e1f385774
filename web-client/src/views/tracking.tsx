import type { JSX } from "preact";
import type { Delivery, DeliveryStage, Id } from "../api/types";
import { t } from "../i18n";
import { clockTime, relative } from "../i18n/format";
import { now } from "../store/clock";
import { DeliveryModel } from "../store/delivery-model";
import { LocalMap, type Marker } from "./map";
import { Loaded } from "./parts";
import { useModel, useShop } from "./use";

const STEPS: readonly DeliveryStage[] = ["waiting", "assigned", "picked_up", "delivered"];

/** Where a delivery is, for whoever waits for it. */
export function Tracking({ deliveryId }: { deliveryId: Id }): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new DeliveryModel(wire, deliveryId), [wire, deliveryId]);
  return (
    <Loaded load={model.delivery.value} retry={() => model.load()}>
      {(delivery) => (
        <section
          class="tracking"
          data-delivery={delivery.id}
          data-stage={delivery.stage}
          aria-label={t("delivery.title")}
        >
          <p role="status">
            <strong>{t(`delivery.${delivery.stage}`)}</strong>
            {delivery.courierName && (
              <span class="quiet">
                {" "}
                · {t("delivery.courier")} {delivery.courierName}
              </span>
            )}
          </p>
          <Steps stage={delivery.stage} />
          <Eta delivery={delivery} />
          <LocalMap markers={markersOf(delivery)} path={pathOf(delivery)} />
        </section>
      )}
    </Loaded>
  );
}

function Steps({ stage }: { stage: DeliveryStage }): JSX.Element {
  const reached = STEPS.indexOf(stage === "offered" ? "waiting" : stage);
  return (
    <ol class="steps">
      {STEPS.map((step, index) => (
        <li key={step} class={index <= reached ? "done" : ""} aria-current={index === reached ? "step" : undefined}>
          {t(`delivery.short.${step}`)}
        </li>
      ))}
    </ol>
  );
}

function Eta({ delivery }: { delivery: Delivery }): JSX.Element | null {
  if (!delivery.etaAt || delivery.stage === "delivered" || delivery.stage === "failed") {
    return null;
  }
  const when = relative(Math.max(delivery.etaAt, now.value), now.value);
  return <p class="quiet">{t("delivery.eta", { time: clockTime(delivery.etaAt), when })}</p>;
}

export function markersOf(delivery: Delivery): Marker[] {
  const markers: Marker[] = [
    { kind: "pickup", place: delivery.pickup },
    { kind: "dropoff", place: delivery.dropoff },
  ];
  return delivery.place ? [...markers, { kind: "courier", place: delivery.place }] : markers;
}

/** From where the courier is over what is still to be visited. */
export function pathOf(delivery: Delivery): Marker["place"][] {
  const stops = delivery.stage === "picked_up" ? [delivery.dropoff] : [delivery.pickup, delivery.dropoff];
  return delivery.place ? [delivery.place, ...stops] : stops;
}
