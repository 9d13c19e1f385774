import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type { LobbyPlace, Outlook, Sale, SaleLobby } from "../api/types";
import type { Wire } from "../api/wire";
import { serverClock } from "./clock";
import { deviceFor } from "./device";
import { Action } from "./load";

const KEPT = "jishi.lobby.";
/** All who wait hear of the draw in one moment and should not all ask in it. */
const DRAWN_SPREAD_MILLIS = 2_000;
const TURN_SPREAD_MILLIS = 300;
const AGAIN_MILLIS = 1_000;

/** What the page says of a place; `ahead` and the outlook follow the channel between two answers. */
export interface Standing {
  place: LobbyPlace;
  ahead: number;
  outlook: Outlook | null;
}

/** How far the units last, for a place: told to everybody in one message, compared by each page. */
export function standing(place: LobbyPlace, lobby: SaleLobby | null | undefined, time: number): Standing {
  if (place.stage === "turn" && place.turnEndsAt != null && time >= place.turnEndsAt) {
    return { place: { ...place, stage: "turn_over", pass: null }, ahead: 0, outlook: null };
  }
  if (place.stage !== "waiting" || place.place == null || !lobby) {
    return { place, ahead: place.ahead, outlook: place.outlook ?? null };
  }
  const outlook =
    place.place <= lobby.reaches ? "reaches" : place.place <= lobby.mayReach ? "may_reach" : "does_not_reach";
  return { place, ahead: Math.max(0, place.place - 1 - lobby.admitted), outlook };
}

/** One person's place in the waiting room of a sale. Asked for when something has changed for it, and not otherwise. */
export class LobbyModel {
  readonly entering = new Action();
  readonly place = signal<LobbyPlace | null>(null);
  readonly #lobby: ReadonlySignal<SaleLobby | null | undefined>;
  readonly #sale: ReadonlySignal<Sale>;
  readonly #wire: Wire;
  readonly #mayReturn: boolean;
  #asking: ReturnType<typeof setTimeout> | null = null;

  /** @param mayReturn whether somebody is logged in who may have been here before */
  constructor(wire: Wire, sale: ReadonlySignal<Sale>, mayReturn: boolean) {
    this.#wire = wire;
    this.#mayReturn = mayReturn;
    this.#sale = sale;
    this.#lobby = computed(() => sale.value.lobby);
  }

  open(): () => void {
    if (this.#lobby.value && this.#mayReturn && localStorage.getItem(KEPT + this.#sale.value.id)) {
      void this.enter(false);
    }
    const stop = effect(() => this.#follow(this.#lobby.value, this.place.value));
    return () => {
      stop();
      this.#forget();
    };
  }

  /** Takes a place, or asks for the one that there is. */
  async enter(again: boolean): Promise<void> {
    await this.entering.run(async () => {
      const saleId = this.#sale.value.id;
      const place = await this.#wire.call("flashsales.enter", {
        saleId,
        ...(again ? { again } : {}),
        ...deviceFor(this.#sale.value),
      });
      serverClock.heard(place.at);
      localStorage.setItem(KEPT + saleId, "1");
      this.place.value = place;
    });
  }

  /** What a claim carries, where it is this person's turn. */
  pass(): { pass?: string } {
    const pass = this.place.value?.pass;
    return pass ? { pass } : {};
  }

  standing(time: number): Standing | null {
    return this.place.value && standing(this.place.value, this.#lobby.value, time);
  }

  #follow(lobby: SaleLobby | null | undefined, place: LobbyPlace | null): void {
    if (!lobby || !place || place.stage === "turn" || place.stage === "turn_over") {
      return;
    }
    if (place.place == null && lobby.drawn != null) {
      this.#askIn(place.stage === "before_start" ? Math.random() * DRAWN_SPREAD_MILLIS : AGAIN_MILLIS);
    } else if (place.place != null && place.place <= lobby.admitted) {
      this.#askIn(place.ahead === 0 ? AGAIN_MILLIS : Math.random() * TURN_SPREAD_MILLIS);
    }
  }

  #askIn(millis: number): void {
    this.#asking ??= setTimeout(() => {
      this.#asking = null;
      void this.enter(false);
    }, millis);
  }

  #forget(): void {
    if (this.#asking !== null) {
      clearTimeout(this.#asking);
      this.#asking = null;
    }
  }
}
