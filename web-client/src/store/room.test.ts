import { describe, expect, test } from "vitest";
import type { RoomPublication } from "../api/types";
import { comment, product, room, sale } from "../testing/samples";
import { LINES_MAX, reduceRoom, roomState, type Line, type RoomState } from "./room";

const state = (): RoomState => roomState({ room: room(), comments: [], sales: [] });
const told = (before: RoomState, ...publications: RoomPublication[]): RoomState =>
  reduceRoom(before, { type: "published", publications });
const said = (id: string, text = id): RoomPublication => ({ type: "comment", ...comment({ id, text }) });
const texts = (after: RoomState): string[] => after.lines.map((line) => line.text);

const own: Line = {
  id: "key1",
  key: "key1",
  userId: "u1",
  name: "Viewer",
  text: "mine",
  at: 5,
  host: false,
  state: "sending",
};
const published: RoomPublication = { type: "comment", ...comment({ id: "c9", userId: "u1", text: "mine" }) };

describe("the stream of comments", () => {
  test("keeps the newest lines only, however fast a room talks", () => {
    const many = Array.from({ length: LINES_MAX + 50 }, (_, index) => said(`c${index}`));
    const after = told(state(), ...many);
    expect(after.lines).toHaveLength(LINES_MAX);
    expect(after.lines.at(0)?.id).toBe("c50");
    expect(after.lines.at(-1)?.id).toBe(`c${LINES_MAX + 49}`);
  });

  test("shows a comment once, even if it is told twice", () => {
    expect(texts(told(state(), said("c1"), said("c2"), said("c1")))).toEqual(["c1", "c2"]);
  });

  test("a greeting's comments are put in the order of time, whichever way they come", () => {
    const greeting = {
      room: room(),
      comments: [comment({ id: "b", at: 2, text: "b" }), comment({ id: "a", at: 1, text: "a" })],
      sales: [],
    };
    expect(texts(roomState(greeting))).toEqual(["a", "b"]);
  });

  test("a reconnection adds what was missed and keeps what is on its way", () => {
    const before = reduceRoom(told(state(), said("c1")), { type: "sending", line: own });
    const comments = [comment({ id: "c1", text: "c1", at: 1 }), comment({ id: "c2", text: "c2", at: 2 })];
    const after = reduceRoom(before, {
      type: "greeted",
      greeting: { room: room({ viewers: 9 }), comments, sales: [] },
    });
    expect(texts(after)).toEqual(["c1", "c2", "mine"]);
    expect(after.room.viewers).toBe(9);
  });

  test("likes never go backwards, whatever a late answer says", () => {
    const before = told(state(), { type: "likes", total: 50 });
    const greeting = { room: room({ likes: 20 }), comments: [], sales: [] };
    expect(reduceRoom(before, { type: "greeted", greeting }).room.likes).toBe(50);
    expect(told(before, { type: "likes", total: 49 }).room.likes).toBe(50);
    expect(told(before, { type: "likes", total: 51 }).room.likes).toBe(51);
  });
});

describe("one's own comment", () => {
  test("is there before the server has it", () => {
    const after = reduceRoom(state(), { type: "sending", line: own });
    expect(after.lines).toEqual([own]);
  });

  test("is one line where the reply comes before the publication", () => {
    let after = reduceRoom(state(), { type: "sending", line: own });
    after = reduceRoom(after, { type: "sent", key: "key1", commentId: "c9", at: 7 });
    expect(after.lines.map((line) => [line.id, line.state])).toEqual([["c9", "shown"]]);
    after = told(after, published);
    expect(after.lines).toHaveLength(1);
  });

  test("is one line where the publication overtakes the reply", () => {
    let after = reduceRoom(state(), { type: "sending", line: own });
    after = told(after, published);
    expect(after.lines.map((line) => [line.id, line.key, line.state])).toEqual([["c9", "key1", "shown"]]);
    after = reduceRoom(after, { type: "sent", key: "key1", commentId: "c9", at: 7 });
    expect(after.lines).toHaveLength(1);
  });

  test("is one line where the server changed its text on the way", () => {
    let after = reduceRoom(state(), { type: "sending", line: own });
    after = told(after, { type: "comment", ...comment({ id: "c9", userId: "u1", text: "m***" }) });
    after = reduceRoom(after, { type: "sent", key: "key1", commentId: "c9", at: 7 });
    expect(texts(after)).toEqual(["m***"]);
  });

  test("said twice is two lines", () => {
    const once = told(reduceRoom(state(), { type: "sending", line: own }), published);
    const twice = told(once, { type: "comment", ...comment({ id: "c10", userId: "u1", text: "mine" }) });
    expect(twice.lines.map((line) => line.id)).toEqual(["c9", "c10"]);
  });

  test("is not mixed up with the same words of somebody else", () => {
    const before = reduceRoom(state(), { type: "sending", line: own });
    expect(told(before, said("c3", "mine")).lines).toHaveLength(2);
  });

  test("says why it failed, and sending it again replaces the line", () => {
    let after = reduceRoom(state(), { type: "sending", line: own });
    after = reduceRoom(after, { type: "unsent", key: "key1", reason: "too_fast" });
    expect(after.lines[0]).toMatchObject({ state: "failed", reason: "too_fast" });
    after = reduceRoom(after, { type: "sending", line: own });
    expect(after.lines).toEqual([own]);
  });
});

describe("the room", () => {
  test("likes never go back", () => {
    expect(told(state(), { type: "likes", total: 50 }, { type: "likes", total: 40 }).room.likes).toBe(50);
  });

  test("viewers, stage and the pinned product follow what is told", () => {
    const after = told(
      state(),
      { type: "viewers", count: 77 },
      { type: "pinned", product: product() },
      { type: "stage", stage: "ended", at: 9 },
    );
    expect(after.room).toMatchObject({ viewers: 77, stage: "ended", pinned: { id: "p1" } });
    expect(told(after, { type: "pinned", product: null }).room.pinned).toBeNull();
  });

  test("a new sale stands first and is there once", () => {
    const after = told(state(), { type: "sale", sale: sale({ id: "a" }) }, { type: "sale", sale: sale({ id: "b" }) });
    expect(told(after, { type: "sale", sale: sale({ id: "a" }) }).sales.map((one) => one.id)).toEqual(["a", "b"]);
  });

  test("a message of a kind that the page does not know changes nothing", () => {
    const before = state();
    expect(told(before, { type: "gift" } as unknown as RoomPublication)).toBe(before);
  });
});
