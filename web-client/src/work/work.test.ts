import { expect, test } from "vitest";
import { Failure } from "../api/failure";
import { SaleModel } from "../store/sale-model";
import { FakeWire } from "../testing/fake-wire";
import { order, sale } from "../testing/samples";
import { sha256, TEXT_MAX } from "./sha256";
import { solve } from "./solve";

const hex = (words: Int32Array): string =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

async function known(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

test("hashes are those of SHA-256, for every length of one block", async () => {
  for (let length = 0; length <= TEXT_MAX; length++) {
    const text = "jishi.7a-Z_".repeat(6).slice(0, length);
    expect(hex(sha256(text))).toBe(await known(text));
  }
  expect(() => sha256("a".repeat(TEXT_MAX + 1))).toThrow();
});

test("work begins with as many zero bits as asked for", async () => {
  const proof = solve("mjvab2k0.12.abcdefghijklmnopqrstuv", 12);
  expect(await known(proof)).toMatch(/^000/);
});

test("a claim that needs work does it and goes again with the same key", async () => {
  const wire = new FakeWire();
  const text = "mjvab2k0.4.abcdefghijklmnopqrstuv";
  Object.defineProperty(globalThis, "Worker", { value: undefined, configurable: true });
  wire.answer("flashsales.challenge", () => ({ text, bits: 4 }));
  wire.answer("flashsales.claim", (params) => {
    if (!params.proof) {
      throw new Failure(1170, "proof_needed");
    }
    return order();
  });
  const bought: string[] = [];
  await new SaleModel(wire, sale()).buy(1, (claimed) => bought.push(claimed.id));
  expect(bought).toEqual(["o1"]);
  const [first, second] = wire.callsOf("flashsales.claim") as { key: string; proof?: string }[];
  expect(second?.key).toBe(first?.key);
  expect(second?.proof).toBe(solve(text, 4));
  expect(wire.callsOf("flashsales.challenge")).toEqual([{ saleId: "s1", key: first?.key }]);
});
