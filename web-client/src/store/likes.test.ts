import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LikeTaps } from "./likes";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("taps are gathered and sent at most twice a second", async () => {
  const sent: number[] = [];
  const taps = new LikeTaps(async (count) => sent.push(count));
  for (let index = 0; index < 7; index++) {
    taps.tap();
  }
  expect(taps.pending.value).toBe(7);
  await vi.advanceTimersByTimeAsync(499);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([7]);
  expect(taps.pending.value).toBe(0);
  taps.tap();
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toEqual([7, 1]);
});

test("a message never carries more than the server takes", async () => {
  const sent: number[] = [];
  const taps = new LikeTaps(async (count) => sent.push(count));
  for (let index = 0; index < 80; index++) {
    taps.tap();
  }
  await vi.advanceTimersByTimeAsync(500);
  expect(sent).toEqual([50]);
});

test("taps are not lost by leaving, and a refusal is not a failure of the page", async () => {
  const taps = new LikeTaps(() => Promise.reject(new Error("no")));
  taps.tap();
  taps.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(taps.pending.value).toBe(0);
});
