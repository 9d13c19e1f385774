import type { Alert, Id, Shelf, ShelfDelta, ShelfPublication } from "../api/types";

/**
 * What a shelf becomes by a message of its channel. The messages about one part come in order; those about different
 * parts may overtake each other, as a slow connection is told only the last of each.
 */
export function reduceShelf(shelf: Shelf, publication: ShelfPublication): Shelf {
  switch (publication.type) {
    case "twin":
      return publication.shelf.id === shelf.id ? publication.shelf : shelf;
    case "delta":
      return publication.shelfId === shelf.id ? withDelta(shelf, publication) : shelf;
    case "alert":
      return publication.alert.shelfId === shelf.id ? withAlert(shelf, publication.alert) : shelf;
    default:
      // A newer server may say more than this page knows.
      return shelf;
  }
}

function withDelta(shelf: Shelf, delta: ShelfDelta): Shelf {
  const counts = new Map(delta.slots?.map(({ slot, count }) => [slot, count]));
  return {
    ...shelf,
    slots: shelf.slots.map((slot) => ({ ...slot, count: counts.get(slot.slot) ?? slot.count })),
    temperatureCelsius: delta.temperatureCelsius ?? shelf.temperatureCelsius,
    doorOpen: delta.doorOpen ?? shelf.doorOpen,
    online: delta.online ?? shelf.online,
    reportedAt: Math.max(delta.reportedAt ?? 0, shelf.reportedAt ?? 0) || null,
  };
}

function withAlert(shelf: Shelf, alert: Alert): Shelf {
  const others = shelf.alerts.filter((known) => known.id !== alert.id);
  return { ...shelf, alerts: alert.closedAt ? others : [...others, alert] };
}

/** How full a shelf is, 0 to 1. */
export function fillOf(shelf: Shelf): number {
  const capacity = shelf.slots.reduce((sum, slot) => sum + slot.capacity, 0);
  const count = shelf.slots.reduce((sum, slot) => sum + Math.min(slot.count, slot.capacity), 0);
  return capacity > 0 ? count / capacity : 0;
}

export function groupsOf(shelves: readonly Shelf[]): string[] {
  return [...new Set(shelves.map((shelf) => shelf.group))].sort();
}

/** The shelves with one more message taken in; the others stay the same objects. */
export function reduceShelves(shelves: readonly Shelf[], publication: ShelfPublication): readonly Shelf[] {
  const id = shelfIdOf(publication);
  return shelves.map((shelf) => (shelf.id === id ? reduceShelf(shelf, publication) : shelf));
}

export function shelfIdOf(publication: ShelfPublication): Id {
  switch (publication.type) {
    case "twin":
      return publication.shelf.id;
    case "delta":
      return publication.shelfId;
    case "alert":
      return publication.alert.shelfId;
  }
}
