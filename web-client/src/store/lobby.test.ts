import { describe, expect, test } from "vitest";
import { FakeWire } from "../testing/fake-wire";
import { sale, T0 } from "../testing/samples";
import type { LobbyPlace, SaleLobby } from "../api/types";
import { standing } from "./lobby-model";
import { SaleModel } from "./sale-model";

const LOBBY: SaleLobby = {
  turnSeconds: 60,
  commitment: "c",
  seed: "s",
  joined: 100,
  drawn: 90,
  admitted: 10,
  reaches: 20,
  mayReach: 40,
};

function place(part: Partial<LobbyPlace> = {}): LobbyPlace {
  return { saleId: "s1", ticket: 7, place: 30, stage: "waiting", ahead: 19, at: T0, ...part };
}

describe("a place in the waiting room", () => {
  test("follows what everybody is told", () => {
    expect(standing(place(), LOBBY, T0)).toMatchObject({ ahead: 19, outlook: "may_reach" });
    expect(standing(place(), { ...LOBBY, admitted: 25, reaches: 30 }, T0)).toMatchObject({
      ahead: 4,
      outlook: "reaches",
    });
    expect(standing(place(), { ...LOBBY, mayReach: 29 }, T0).outlook).toBe("does_not_reach");
  });

  test("is lost when its turn has ended", () => {
    const turn = place({ stage: "turn", pass: "p", turnEndsAt: T0 + 5 });
    expect(standing(turn, LOBBY, T0 + 4).place).toMatchObject({ stage: "turn", pass: "p" });
    expect(standing(turn, LOBBY, T0 + 5).place).toMatchObject({ stage: "turn_over", pass: null });
  });

  test("is asked for again when its turn has come, and its pass goes with the claim", async () => {
    const wire = new FakeWire();
    wire.answer("flashsales.enter", () => place());
    wire.answer("flashsales.claim", () => {
      throw new Error("not here");
    });
    const model = new SaleModel(wire, sale({ lobby: LOBBY }));
    const leave = model.open();
    expect(wire.callsOf("flashsales.enter")).toEqual([]);
    await model.lobby.enter(false);
    expect(model.lobby.standing(T0)?.place.stage).toBe("waiting");
    wire.answer("flashsales.enter", () => place({ stage: "turn", pass: "p", turnEndsAt: T0 + 60_000 }));
    wire.say("sale:s1", sale({ lobby: { ...LOBBY, admitted: 30 }, at: T0 + 1 }));
    await expect.poll(() => wire.callsOf("flashsales.enter").length).toBe(2);
    await expect.poll(() => model.lobby.standing(T0)?.place.stage).toBe("turn");
    await model.buy(1, () => undefined);
    expect(wire.callsOf("flashsales.claim")).toMatchObject([{ pass: "p" }]);
    leave();
  });

  test("is asked for under the device's name only where the sale counts devices", async () => {
    const wire = new FakeWire();
    wire.answer("flashsales.enter", () => place());
    await new SaleModel(wire, sale({ lobby: LOBBY })).lobby.enter(false);
    await new SaleModel(wire, sale({ lobby: LOBBY, accountsPerDevice: 1 })).lobby.enter(true);
    await new SaleModel(wire, sale({ lobby: LOBBY, accountsPerDevice: 1 })).lobby.enter(false);
    const [plain, first, second] = wire.callsOf("flashsales.enter") as { device?: string }[];
    expect(plain).toEqual({ saleId: "s1" });
    expect(first).toMatchObject({ saleId: "s1", again: true });
    expect(first?.device).toMatch(/^[0-9a-f]{32}$/);
    expect(second?.device).toBe(first?.device);
    localStorage.removeItem("jishi.device");
    localStorage.removeItem("jishi.lobby.s1");
  });

  test("is found again after the page was loaded afresh", async () => {
    const wire = new FakeWire();
    wire.answer("flashsales.enter", () => place());
    localStorage.setItem("jishi.lobby.s1", "1");
    const guest = new SaleModel(wire, sale({ lobby: LOBBY })).open();
    expect(wire.callsOf("flashsales.enter")).toEqual([]);
    guest();
    const leave = new SaleModel(wire, sale({ lobby: LOBBY }), true).open();
    await expect.poll(() => wire.callsOf("flashsales.enter").length).toBe(1);
    leave();
    localStorage.removeItem("jishi.lobby.s1");
  });
});
