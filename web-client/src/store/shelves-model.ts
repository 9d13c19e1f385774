import { computed, signal } from "@preact/signals";
import type { Id, Shelf, ShelfPublication } from "../api/types";
import type { Wire } from "../api/wire";
import { LOADING, loadInto, ready, valueOf, type Load } from "./load";
import { groupsOf, reduceShelf, reduceShelves } from "./shelves";

const PAGE = 100;
const SHELVES_MAX = 500;
const GROUPS_MAX = 32;

/** All shelves, or those of one group, kept up to date by the channels of their groups. */
export class ShelvesModel {
  readonly shelves = signal<Load<readonly Shelf[]>>(LOADING);
  readonly next = signal<Id | undefined>(undefined);
  readonly groups = computed(() => groupsOf(valueOf(this.shelves.value) ?? []));
  readonly #wire: Wire;
  readonly #leave = new Map<string, () => void>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    return () => {
      this.#leave.forEach((leave) => leave());
      this.#leave.clear();
    };
  }

  /** Asks for the first page; shelves of further pages that are already here stay. */
  async load(): Promise<void> {
    await loadInto(this.shelves, async () => {
      const page = await this.#wire.call("shelves.list", { limit: PAGE });
      const known = valueOf(this.shelves.value) ?? [];
      this.next.value = known.length > PAGE ? this.next.value : (page.next ?? undefined);
      const fresh = new Set(page.items.map((shelf) => shelf.id));
      return [...page.items, ...known.filter((shelf) => !fresh.has(shelf.id))];
    });
    this.#listen();
  }

  async loadMore(): Promise<void> {
    const after = this.next.value;
    const known = valueOf(this.shelves.value);
    if (after && known) {
      const page = await this.#wire.call("shelves.list", { limit: PAGE, after });
      const all = [...known, ...page.items].slice(0, SHELVES_MAX);
      this.next.value = all.length < SHELVES_MAX ? (page.next ?? undefined) : undefined;
      this.shelves.value = ready(all);
      this.#listen();
    }
  }

  #listen(): void {
    for (const group of this.groups.value.slice(0, GROUPS_MAX)) {
      if (!this.#leave.has(group)) {
        this.#leave.set(
          group,
          this.#wire.listen<unknown, ShelfPublication>(`shelves:${group}`, {
            joined: () => void this.load(),
            heard: (publication) => {
              this.shelves.value = ready(reduceShelves(valueOf(this.shelves.value) ?? [], publication));
            },
          }),
        );
      }
    }
  }
}

/** One shelf that somebody looks at. */
export class ShelfModel {
  readonly shelf = signal<Load<Shelf>>(LOADING);
  readonly #wire: Wire;
  readonly #shelfId: Id;

  constructor(wire: Wire, shelfId: Id) {
    this.#wire = wire;
    this.#shelfId = shelfId;
  }

  open(): () => void {
    void this.load();
    return this.#wire.listen<{ shelf: Shelf }, ShelfPublication>(`shelf:${this.#shelfId}`, {
      greeted: ({ shelf }) => {
        this.shelf.value = ready(shelf);
      },
      heard: (publication) => {
        const known = valueOf(this.shelf.value);
        if (known) {
          this.shelf.value = ready(reduceShelf(known, publication));
        }
      },
    });
  }

  /** The channel's own greeting is newer than any reply, so a reply only fills what is still empty. */
  load(): Promise<void> {
    return loadInto(this.shelf, async () => {
      const asked = await this.#wire.call("shelves.get", { shelfId: this.#shelfId });
      return valueOf(this.shelf.value) ?? asked;
    });
  }
}
