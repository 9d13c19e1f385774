import { signal } from "@preact/signals";
import { Failure } from "../api/failure";
import type { Id, Room, RoomGreeting, RoomPublication, Sale, User } from "../api/types";
import type { Wire } from "../api/wire";
import { FrameBatch } from "./frame";
import { LikeTaps } from "./likes";
import { LOADING, ready, valueOf, type Load } from "./load";
import { newKey } from "./key";
import { reduceRoom, roomState, type RoomEvent, type RoomNews, type RoomState, withLikes } from "./room";

/** Publications kept for the next frame; a page in the background reduces them at once when there are more. */
const BATCH_MAX = 200;

/** A room that somebody looks at: what it shows, and what they may do in it. */
export class RoomModel {
  readonly state = signal<Load<RoomState>>(LOADING);
  readonly likes: LikeTaps;
  readonly #wire: Wire;
  readonly #roomId: Id;
  readonly #batch = new FrameBatch<RoomNews>(BATCH_MAX, (publications) =>
    this.#apply({ type: "published", publications }),
  );

  constructor(wire: Wire, roomId: Id) {
    this.#wire = wire;
    this.#roomId = roomId;
    this.likes = new LikeTaps((count) => wire.call("rooms.like", { roomId, count }));
  }

  /** Listens until the returned function is called. */
  open(): () => void {
    const leave = this.#wire.listen<RoomGreeting, RoomPublication>(`room:${this.#roomId}`, {
      greeted: (greeting) => {
        if (this.state.value.stage === "ready") {
          this.#apply({ type: "greeted", greeting });
        } else {
          this.state.value = ready(roomState(greeting));
        }
      },
      leftOut: (count) => this.#batch.add({ type: "left-out", count }),
      heard: (publication) => this.#batch.add(publication),
      failed: (failure) => {
        this.state.value = { stage: "failed", failure };
      },
    });
    return () => {
      leave();
      this.#batch.close();
      this.likes.close();
    };
  }

  /** Shows the line at once and sends it; a line that failed can be sent again under the same key. */
  async comment(author: User, text: string, key: string = newKey()): Promise<void> {
    this.#apply({
      type: "sending",
      line: {
        id: key,
        key,
        userId: author.id,
        name: author.displayName,
        text,
        at: Date.now(),
        host: valueOf(this.state.value)?.room.hostId === author.id,
        state: "sending",
      },
    });
    try {
      const { commentId, at } = await this.#wire.call("rooms.comment", { roomId: this.#roomId, text, key });
      this.#apply({ type: "sent", key, commentId, at });
    } catch (thrown) {
      this.#apply({ type: "unsent", key, reason: Failure.of(thrown).reason });
    }
  }

  /** Takes over what a call of the host answered, without waiting for its publication. */
  changed(room: Room): void {
    const state = valueOf(this.state.value);
    if (state) {
      this.state.value = ready({ ...state, room: withLikes(room, state.room.likes) });
    }
  }

  saleStarted(sale: Sale): void {
    this.#apply({ type: "published", publications: [{ type: "sale", sale }] });
  }

  #apply(event: RoomEvent): void {
    const state = valueOf(this.state.value);
    if (state) {
      this.state.value = ready(reduceRoom(state, event));
    }
  }
}
