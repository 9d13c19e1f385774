import { describe, expect, test } from "vitest";
import { go, match, ownPath, path, query } from "./router";

describe("paths", () => {
  test("match piece by piece", () => {
    expect(match("/rooms/:id", "/rooms/12")).toEqual({ id: "12" });
    expect(match("/rooms/:id", "/rooms/%E8%8C%B6")).toEqual({ id: "茶" });
    expect(match("/rooms/:id", "/rooms/%ZZ")).toEqual({ id: "%ZZ" });
    expect(match("/rooms/:id", "/rooms")).toBeNull();
    expect(match("/rooms/:id", "/rooms/")).toBeNull();
    expect(match("/rooms/:id", "/rooms/1/2")).toBeNull();
    expect(match("/", "/")).toEqual({});
  });

  test("going changes the address without loading the page", () => {
    go("/shelves?group=north");
    expect(path.value).toBe("/shelves");
    expect(query.value.get("group")).toBe("north");
    go("/orders/");
    expect(path.value).toBe("/orders");
  });

  test("the way back after logging in never leaves the shop", () => {
    expect(ownPath("/rooms/1")).toBe("/rooms/1");
    expect(ownPath("//evil.example")).toBe("/");
    expect(ownPath("/\\evil.example")).toBe("/");
    expect(ownPath("https://evil.example")).toBe("/");
    expect(ownPath(null)).toBe("/");
  });
});
