import type { Alert, Id, Shelf, ShelfDelta, ShelfPublication, Slot } from "../api/types";

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

/** How full the slots that have been reported are, 0 to 1; null where none has been. */
export function fillOf(shelf: Shelf): number | null {
  const known = shelf.slots.filter((slot) => slot.count != null);
  const capacity = known.reduce((sum, slot) => sum + slot.capacity, 0);
  const count = known.reduce((sum, slot) => sum + Math.min(slot.count ?? 0, slot.capacity), 0);
  return capacity > 0 ? count / capacity : null;
}

export function runsLow(slot: Slot): boolean {
  return slot.count != null && slot.count <= slot.lowStock;
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
