import { expect, test } from "vitest";
import { title } from "./title";

test("the title is bilingual", () => {
  expect(title()).toBe("Jishi 集市");
});
