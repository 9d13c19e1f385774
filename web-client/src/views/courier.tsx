import type { JSX } from "preact";
import type { CourierWork, Delivery, Offer } from "../api/types";
import { t } from "../i18n";
import { distance, minutes } from "../i18n/format";
import { now } from "../store/clock";
import { nextStop } from "../store/courier";
import { CourierModel } from "../store/courier-model";
import { valueOf } from "../store/load";
import { LocalMap, type Marker } from "./map";
import { ActionNote, Countdown, Loaded, PageTitle, Phrase } from "./parts";
import { useModel, useShop, useUser } from "./use";

const STEP_METERS = 100;

/** A courier's working screen: shift, position, offers, deliveries. */
export function CourierPage(): JSX.Element {
  const { wire } = useShop();
  const user = useUser();
  const model = useModel(() => new CourierModel(wire, user.id), [wire, user.id]);
  return (
    <>
      {model.work.value.stage !== "ready" && <PageTitle text={t("courier.title")} passing />}
      <Loaded load={model.work.value} retry={() => model.load()}>
        {(work) => (
          <div class="work">
            <PageTitle text={t("courier.title")}>
              <Shift work={work} model={model} />
            </PageTitle>
            <ActionNote action={model.action} />
            <div class="split">
              <div class="stack">
                <Offers work={work} model={model} />
                <Deliveries work={work} model={model} />
              </div>
              <PositionCard work={work} model={model} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

interface WorkProps {
  work: CourierWork;
  model: CourierModel;
}

function Shift({ work, model }: WorkProps): JSX.Element {
  const { onShift } = work.courier;
  return (
    <div class="row">
      <span class={`badge ${onShift ? "live" : "ended"}`} data-on-shift={onShift}>
        {onShift ? t("courier.on") : t("courier.off")}
      </span>
      <button
        type="button"
        class={onShift ? "" : "primary"}
        disabled={model.action.busy.value}
        onClick={() => void (onShift ? model.endShift() : model.startShift())}
      >
        {onShift ? t("courier.end") : t("courier.start")}
      </button>
    </div>
  );
}

function Offers({ work, model }: WorkProps): JSX.Element {
  const offers = work.offers.filter((offer) => offer.expiresAt > now.value);
  return (
    <section aria-labelledby="offers" aria-live="polite">
      <h2 id="offers">{t("courier.offers")}</h2>
      {offers.length === 0 && (
        <p class="quiet empty">{work.courier.onShift ? t("courier.offers.empty") : t("courier.offers.off")}</p>
      )}
      {offers.map((offer) => (
        <OfferCard key={offer.id} offer={offer} model={model} />
      ))}
    </section>
  );
}

function OfferCard({ offer, model }: { offer: Offer; model: CourierModel }): JSX.Element {
  const markers: Marker[] = [
    { kind: "pickup", place: offer.pickup },
    { kind: "dropoff", place: offer.dropoff },
    { kind: "you", place: model.position.place.value },
  ];
  const way = { distance: distance(offer.distanceMeters), time: minutes(offer.travelSeconds) };
  const busy = model.action.busy.value;
  return (
    <article class="card offer" data-offer={offer.id}>
      <div class="row spread">
        <span class="badge accent">{t("courier.offer")}</span>
        <span aria-live="off">
          <Phrase text="courier.offer.expires" values={{ time: <Countdown until={offer.expiresAt} /> }} />
        </span>
      </div>
      <p>
        <strong>{t("courier.offer.way", way)}</strong>
      </p>
      <LocalMap markers={markers} path={[offer.pickup, offer.dropoff]} />
      <div class="row">
        <button type="button" class="primary grow" disabled={busy} onClick={() => void model.accept(offer.id)}>
          {t("courier.accept")}
        </button>
        <button type="button" disabled={busy} onClick={() => void model.reject(offer.id)}>
          {t("courier.reject")}
        </button>
      </div>
    </article>
  );
}

function Deliveries({ work, model }: WorkProps): JSX.Element {
  return (
    <section aria-labelledby="deliveries">
      <h2 id="deliveries">{t("courier.deliveries")}</h2>
      {work.deliveries.length === 0 && <p class="quiet empty">{t("courier.deliveries.empty")}</p>}
      {work.deliveries.map((delivery) => (
        <DeliveryCard key={delivery.id} delivery={delivery} model={model} />
      ))}
    </section>
  );
}

function DeliveryCard({ delivery, model }: { delivery: Delivery; model: CourierModel }): JSX.Element {
  const pickedUp = delivery.stage === "picked_up";
  return (
    <article class="card" data-delivery={delivery.id} data-stage={delivery.stage}>
      <div class="row spread">
        <span class="badge live">{t(`delivery.short.${delivery.stage}`)}</span>
        {delivery.restockShelfId && <span class="quiet">{t("delivery.restock")}</span>}
      </div>
      <p class="quiet id">{t("delivery.number", { id: delivery.id })}</p>
      {delivery.address && <p>{t("courier.address", { address: delivery.address })}</p>}
      {delivery.phone && (
        <p>
          <a href={`tel:${delivery.phone.replace(/[^+0-9]/g, "")}`}>{t("courier.call", { phone: delivery.phone })}</a>
        </p>
      )}
      <button
        type="button"
        class="primary"
        disabled={model.action.busy.value}
        onClick={() => void model.step(delivery.id, pickedUp ? "delivered" : "picked_up")}
      >
        {pickedUp ? t("courier.delivered") : t("courier.pickedUp")}
      </button>
    </article>
  );
}

function PositionCard({ work, model }: WorkProps): JSX.Element {
  const { position } = model;
  const stops = work.deliveries.flatMap((delivery): Marker[] => [
    { kind: "pickup", place: delivery.pickup, faded: delivery.stage === "picked_up" },
    { kind: "dropoff", place: delivery.dropoff },
  ]);
  const byHand = position.device.value !== "on";
  return (
    <section class="card" aria-labelledby="position">
      <h2 id="position">{t("courier.position")}</h2>
      <LocalMap
        markers={[...stops, { kind: "you", place: position.place.value }]}
        tapped={byHand ? (place) => position.jump(place) : undefined}
      />
      <DeviceChoice model={model} />
      {byHand && <MoveByHand model={model} />}
    </section>
  );
}

function DeviceChoice({ model }: { model: CourierModel }): JSX.Element {
  const { position } = model;
  const state = position.device.value;
  return (
    <div class="row">
      {state === "on" || state === "waiting" ? (
        <button type="button" onClick={() => position.leaveDevice()}>
          {t("courier.device.off")}
        </button>
      ) : (
        <button type="button" onClick={() => position.useDevice()}>
          {t("courier.device")}
        </button>
      )}
      {(state === "waiting" || state === "refused") && (
        <span class="quiet" role="status">
          {t(`courier.device.${state}`)}
        </span>
      )}
    </div>
  );
}

function MoveByHand({ model }: { model: CourierModel }): JSX.Element {
  const { position } = model;
  const next = (): ReturnType<typeof nextStop> => nextStop(valueOf(model.work.value)?.deliveries ?? []);
  return (
    <>
      <p class="quiet">{t("courier.tapMap")}</p>
      <div class="row">
        <div class="pad">
          <button
            type="button"
            class="north"
            aria-label={t("courier.north")}
            onClick={() => position.move(STEP_METERS, 0)}
          >
            ↑
          </button>
          <button
            type="button"
            class="west"
            aria-label={t("courier.west")}
            onClick={() => position.move(0, -STEP_METERS)}
          >
            ←
          </button>
          <button
            type="button"
            class="east"
            aria-label={t("courier.east")}
            onClick={() => position.move(0, STEP_METERS)}
          >
            →
          </button>
          <button
            type="button"
            class="south"
            aria-label={t("courier.south")}
            onClick={() => position.move(-STEP_METERS, 0)}
          >
            ↓
          </button>
        </div>
        {position.driving.value ? (
          <button type="button" onClick={() => position.stopDriving()}>
            {t("courier.drive.stop")}
          </button>
        ) : (
          <button type="button" disabled={next() === null} onClick={() => position.driveTo(next)}>
            {t("courier.drive")}
          </button>
        )}
      </div>
    </>
  );
}
