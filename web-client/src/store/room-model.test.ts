import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeWire } from "../testing/fake-wire";
import { comment, room, user } from "../testing/samples";
import { valueOf } from "./load";
import { leftOutOf, type RoomState } from "./room";
import { RoomModel } from "./room-model";

const greeting = { room: room(), comments: [comment()], sales: [] };
let frames: FrameRequestCallback[];

/** Lets the next frame come; frames do not come by themselves here. */
function frame(): void {
  frames.splice(0).forEach((run) => run(0));
}

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (run: FrameRequestCallback) => frames.push(run));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});
afterEach(() => vi.unstubAllGlobals());

function opened(): { wire: FakeWire; model: RoomModel; leave: () => void } {
  const wire = new FakeWire();
  const model = new RoomModel(wire, "r1");
  const leave = model.open();
  return { wire, model, leave };
}
const texts = (model: RoomModel): string[] => valueOf(model.state.value)?.lines.map((line) => line.text) ?? [];

describe("a room that somebody looks at", () => {
  test("is loading until it is greeted", () => {
    const { wire, model } = opened();
    expect(model.state.value.stage).toBe("loading");
    wire.greet("room:r1", greeting);
    expect(texts(model)).toEqual(["hello"]);
  });

  test("shows what came between two frames at once", () => {
    const { wire, model } = opened();
    wire.greet("room:r1", greeting);
    const states = vi.fn();
    model.state.subscribe(states);
    for (let index = 0; index < 30; index++) {
      wire.say("room:r1", { type: "comment", ...comment({ id: `n${index}` }) });
    }
    expect(states).toHaveBeenCalledTimes(1);
    frame();
    expect(states).toHaveBeenCalledTimes(2);
    expect(texts(model)).toHaveLength(31);
  });

  test("does not heap up what comes while the page has no frames", () => {
    const { wire, model } = opened();
    wire.greet("room:r1", greeting);
    for (let index = 0; index < 1_000; index++) {
      wire.say("room:r1", { type: "comment", ...comment({ id: `n${index}` }) });
    }
    expect(valueOf(model.state.value)?.lines.at(-1)?.id).toBe("n999");
    expect(texts(model)).toHaveLength(200);
  });

  test("counts what was left out among the lines it shows", () => {
    const { wire, model } = opened();
    wire.greet("room:r1", greeting);
    const leftOut = (): number => leftOutOf(valueOf(model.state.value) as RoomState);
    wire.leaveOut("room:r1", 100);
    wire.say("room:r1", { type: "likes", total: 1 });
    wire.leaveOut("room:r1", 32);
    frame();
    expect(leftOut()).toBe(132);
    wire.say("room:r1", { type: "comment", ...comment({ id: "n1" }) });
    frame();
    expect(valueOf(model.state.value)?.lines.at(-1)).toMatchObject({ id: "n1", leftOut: 132 });
    expect(leftOut()).toBe(132);
    for (let index = 0; index < 400; index++) {
      wire.say("room:r1", { type: "comment", ...comment({ id: `m${index}` }) });
    }
    expect(leftOut()).toBe(0);
  });

  test("says why it cannot be shown", () => {
    const { wire, model } = opened();
    wire.refuseChannel("room:r1", 1100, "unknown_room");
    expect(model.state.value).toMatchObject({ stage: "failed", failure: { reason: "unknown_room" } });
  });

  test("is left with its channel", () => {
    const { wire, leave } = opened();
    leave();
    expect(wire.channels).toEqual([]);
  });
});

describe("commenting", () => {
  test("shows the line at once and sends it again under the same key", async () => {
    const { wire, model } = opened();
    wire.greet("room:r1", greeting);
    wire.refuse("rooms.comment", 1104, "too_fast");
    await model.comment(user(), "hi");
    const failed = valueOf(model.state.value)?.lines.at(-1);
    expect(failed).toMatchObject({ text: "hi", state: "failed", reason: "too_fast" });
    wire.answer("rooms.comment", () => ({ commentId: "c7", offset: 3, at: 9 }));
    await model.comment(user(), "hi", failed?.key);
    expect(valueOf(model.state.value)?.lines.at(-1)).toMatchObject({ id: "c7", state: "shown" });
    expect(texts(model)).toEqual(["hello", "hi"]);
    const keys = wire.callsOf("rooms.comment").map((params) => (params as { key: string }).key);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
  });
});
