import { expect, test } from "vitest";
import { amountDue } from "../src/fees";
import { yuan } from "../src/money";
import type { Offering } from "../src/types";

test.each([
  [0, "¥0.00"],
  [5, "¥0.05"],
  [6100, "¥61.00"],
  [123456789, "¥1,234,567.89"],
  [100000, "¥1,000.00"],
  [-70, "-¥0.70"],
])("%d fen are written %s", (fen, text) => {
  expect(yuan(fen)).toBe(text);
});

test("parts of a fen are no money", () => {
  expect(() => yuan(0.5)).toThrow(RangeError);
});

test("the amount is the fees of the chosen subjects and the fee items once, and nothing before a subject is chosen", () => {
  const offering = {
    subject_fees_fen: { a: 6100, b: 7000 },
    fee_items: [{ code: "x", name: "建档费", amount_fen: 1000 }],
  } as unknown as Offering;
  expect(amountDue(offering, [])).toBe(0);
  expect(amountDue(offering, ["a", "b"])).toBe(14100);
});
