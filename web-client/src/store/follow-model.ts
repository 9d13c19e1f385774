import { signal } from "@preact/signals";
import type { Following, Id } from "../api/types";
import type { Wire } from "../api/wire";
import { Action, LOADING, loadInto, ready, type Load } from "./load";

/** Whether somebody follows a host, and how many do. */
export class FollowModel {
  readonly following = signal<Load<Following>>(LOADING);
  readonly changing = new Action();
  readonly #wire: Wire;
  readonly #hostId: Id;

  constructor(wire: Wire, hostId: Id) {
    this.#wire = wire;
    this.#hostId = hostId;
  }

  open(): () => void {
    void loadInto(this.following, () => this.#wire.call("community.following", { hostId: this.#hostId }));
    return () => undefined;
  }

  async change(follow: boolean): Promise<void> {
    await this.changing.run(async () => {
      const method = follow ? "community.follow" : "community.unfollow";
      this.following.value = ready(await this.#wire.call(method, { hostId: this.#hostId }));
    });
  }
}
