import { expect, test } from "vitest";
import { calendarDay, isoDay, moment, timeLeft, timeOfDay, windowEnd } from "../src/time";
import type { Windows } from "../src/types";
import { bestStage, stageOf } from "../src/windows";

test("instants are said in Shanghai's time, wherever the browser stands", () => {
  expect(moment("2026-07-15T01:00:00Z")).toBe("2026年7月15日 09:00");
  expect(moment("2026-07-15T09:05:00+08:00")).toBe("2026年7月15日 09:05");
  expect(timeOfDay("2026-07-15T16:30:00Z")).toBe("00:30");
});

test("a window that ends at midnight ends at the 24:00 of the day before", () => {
  expect(windowEnd("2026-08-01T00:00:00+08:00")).toBe("2026年7月31日 24:00");
  expect(windowEnd("2026-07-31T16:00:00Z")).toBe("2026年7月31日 24:00");
  expect(windowEnd("2027-01-01T00:00:00+08:00")).toBe("2026年12月31日 24:00");
  expect(windowEnd("2026-07-31T17:00:00+08:00")).toBe("2026年7月31日 17:00");
});

test("days have no zone", () => {
  expect(calendarDay("2012-07-01")).toBe("2012年7月1日");
  expect(isoDay(Date.parse("2026-07-14T16:00:00Z"))).toBe("2026-07-15");
});

test.each([
  [-5, "00:00"],
  [1_999, "00:01"],
  [59_000, "00:59"],
  [3_599_000, "59:59"],
  [3_600_000, "1 小时 0 分"],
  [86_399_000, "23 小时 59 分"],
  [86_400_000, "1 天"],
  [90_000_000, "1 天 1 小时"],
])("%d ms are %s", (ms, text) => {
  expect(timeLeft(ms)).toBe(text);
});

function windows(start: string, end: string, paymentEnd: string): Windows {
  const other = { start, end: paymentEnd };
  return { registration: { start, end }, review: other, payment: other, ticket: other };
}
const at = (text: string): number => Date.parse(text);

test("a window holds its start and not its end", () => {
  const all = windows("2026-07-01T09:00:00+08:00", "2026-07-11T00:00:00+08:00", "2026-07-14T00:00:00+08:00");
  expect(stageOf(all, at("2026-07-01T08:59:59.999+08:00"))).toBe("soon");
  expect(stageOf(all, at("2026-07-01T09:00:00+08:00"))).toBe("registering");
  expect(stageOf(all, at("2026-07-10T23:59:59.999+08:00"))).toBe("registering");
  expect(stageOf(all, at("2026-07-11T00:00:00+08:00"))).toBe("paying");
  expect(stageOf(all, at("2026-07-14T00:00:00+08:00"))).toBe("over");
});

test("an exam stands where its authority stands that still takes registrations", () => {
  const over = windows("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z");
  const open = windows("2026-07-01T00:00:00Z", "2026-07-09T00:00:00Z", "2026-07-10T00:00:00Z");
  expect(bestStage([over, open], at("2026-07-02T00:00:00Z"))).toBe("registering");
  expect(bestStage([over, open], at("2026-07-20T00:00:00Z"))).toBe("over");
});
