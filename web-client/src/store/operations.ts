import type { Courier, Delivery, DeliveryStage, Id, OperationsPublication } from "../api/types";
import { newerDelivery } from "./delivery-model";

const COURIERS_MAX = 500;
const DELIVERIES_MAX = 500;

export interface OperationsState {
  couriers: ReadonlyMap<Id, Courier>;
  deliveries: ReadonlyMap<Id, Delivery>;
}

export const NOTHING_YET: OperationsState = { couriers: new Map(), deliveries: new Map() };

export function reduceOperations(state: OperationsState, publication: OperationsPublication): OperationsState {
  switch (publication.type) {
    case "courier":
      return withCouriers(state, [publication.courier]);
    case "delivery":
      return withDeliveries(state, [publication.delivery]);
    default:
      // A newer server may say more than this page knows.
      return state;
  }
}

export function withCouriers(state: OperationsState, couriers: readonly Courier[]): OperationsState {
  const all = new Map(state.couriers);
  couriers.forEach((courier) => all.set(courier.id, courier));
  return { ...state, couriers: bounded(all, COURIERS_MAX, (courier) => !courier.onShift) };
}

export function withDeliveries(state: OperationsState, deliveries: readonly Delivery[]): OperationsState {
  const all = new Map(state.deliveries);
  deliveries.forEach((delivery) => all.set(delivery.id, newerDelivery(all.get(delivery.id), delivery)));
  return { ...state, deliveries: bounded(all, DELIVERIES_MAX, isFinished) };
}

export function isFinished(delivery: Delivery): boolean {
  return delivery.stage === "delivered" || delivery.stage === "failed";
}

/** How many deliveries are in each stage. */
export function countByStage(deliveries: Iterable<Delivery>): Record<DeliveryStage, number> {
  const counts: Record<DeliveryStage, number> = {
    waiting: 0,
    offered: 0,
    assigned: 0,
    picked_up: 0,
    delivered: 0,
    failed: 0,
  };
  for (const delivery of deliveries) {
    counts[delivery.stage]++;
  }
  return counts;
}

/** Open deliveries first, each part newest first. */
export function byUrgency(deliveries: Iterable<Delivery>): Delivery[] {
  return [...deliveries].sort(
    (one, other) => Number(isFinished(one)) - Number(isFinished(other)) || other.createdAt - one.createdAt,
  );
}

/** Drops what matters least first, then what has been there longest. */
function bounded<T>(all: Map<Id, T>, max: number, dispensable: (item: T) => boolean): Map<Id, T> {
  for (const [id, item] of all) {
    if (all.size <= max) {
      break;
    }
    if (dispensable(item)) {
      all.delete(id);
    }
  }
  for (const id of all.keys()) {
    if (all.size <= max) {
      break;
    }
    all.delete(id);
  }
  return all;
}
