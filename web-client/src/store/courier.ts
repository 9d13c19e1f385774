import type { CourierPublication, CourierWork, Delivery, Id, Offer, Place } from "../api/types";
import { newerDelivery } from "./delivery-model";

/** What a courier's work becomes by a message of the courier's channel. */
export function reduceWork(work: CourierWork, publication: CourierPublication): CourierWork {
  switch (publication.type) {
    case "offer":
      return { ...work, offers: [...withoutOffer(work.offers, publication.offer.id), publication.offer] };
    case "offer_expired":
      return { ...work, offers: withoutOffer(work.offers, publication.offerId) };
    case "assigned":
      return withDelivery(work, publication.delivery);
    case "cancelled":
      return {
        ...work,
        offers: work.offers.filter((offer) => offer.deliveryId !== publication.deliveryId),
        deliveries: work.deliveries.filter((delivery) => delivery.id !== publication.deliveryId),
      };
    default:
      // A newer server may say more than this page knows.
      return work;
  }
}

/** Adds or replaces a delivery; what is finished leaves the list, and an accepted offer is no longer one. */
export function withDelivery(work: CourierWork, told: Delivery): CourierWork {
  const delivery = newerDelivery(
    work.deliveries.find((known) => known.id === told.id),
    told,
  );
  const others = work.deliveries.filter((known) => known.id !== delivery.id);
  return {
    ...work,
    offers: work.offers.filter((offer) => offer.deliveryId !== delivery.id),
    deliveries: isUnderWay(delivery) ? [...others, delivery].sort(byAge) : others,
  };
}

export function withoutOffer(offers: readonly Offer[], offerId: Id): Offer[] {
  return offers.filter((offer) => offer.id !== offerId);
}

/** Where the courier has to go next, or null where there is nothing to do. */
export function nextStop(deliveries: readonly Delivery[]): Place | null {
  const first = deliveries[0];
  if (!first) {
    return null;
  }
  return first.stage === "picked_up" ? first.dropoff : first.pickup;
}

function isUnderWay(delivery: Delivery): boolean {
  return delivery.stage === "assigned" || delivery.stage === "picked_up";
}

function byAge(one: Delivery, other: Delivery): number {
  return one.createdAt - other.createdAt;
}
