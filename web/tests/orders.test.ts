/** Where the money of an order is, in words, and how gently an order is watched. */
import { expect, test } from "vitest";
import { canBePaid, moneyStory } from "../src/orders";
import { nextLook } from "../src/orderWatch";
import type { OrderState, PaymentOrder } from "../src/types";

function anOrder(state: OrderState, money: Partial<PaymentOrder> = {}): PaymentOrder {
  return {
    order_id: "o",
    registration_id: "r",
    provider: "alipay",
    state,
    label: "",
    sentence: "",
    amount_fen: 12200,
    created_at: "2026-07-10T09:00:00+08:00",
    expires_at: "2026-07-10T09:30:00+08:00",
    paid_at: null,
    trade_no: null,
    received_fen: null,
    refunding_fen: 0,
    refunded_fen: 0,
    has_receipt: false,
    pay_url: null,
    qr_code: null,
    ...money,
  };
}

const came = { received_fen: 12200 };

test.each<[OrderState, Partial<PaymentOrder>, string | null]>([
  ["created", {}, null],
  ["pending", {}, null],
  ["closing", {}, null],
  ["closed", {}, null],
  ["paid", came, null],
  ["surplus", came, "收到 ¥122.00，其中 ¥122.00 待退回。"],
  ["mismatch", { received_fen: 100 }, "应付 ¥122.00，收到 ¥1.00，其中 ¥1.00 正在核对。"],
  ["refunding", { ...came, refunding_fen: 12200 }, "收到 ¥122.00，其中 ¥122.00 正在退回。"],
  [
    "refunding",
    { ...came, refunding_fen: 2000, refunded_fen: 6100 },
    "收到 ¥122.00，其中 ¥61.00 已退回，¥20.00 正在退回，¥41.00 仍然有效。",
  ],
  ["refunded", { ...came, refunded_fen: 12200 }, "收到 ¥122.00，已全部退回。"],
  ["part_refunded", { ...came, refunded_fen: 6100 }, "收到 ¥122.00，其中 ¥61.00 已退回，¥61.00 仍然有效。"],
  ["refund_failed", { ...came, refunding_fen: 12200 }, "收到 ¥122.00，其中 ¥122.00 尚未退成。"],
])("where the money of an order that is %s is", (state, money, story) => {
  expect(moneyStory(anOrder(state, money))).toBe(story);
});

test("an order can be paid until it expires or is let go of", () => {
  const expiry = Date.parse(anOrder("pending").expires_at);
  expect(canBePaid(anOrder("pending"), expiry - 1)).toBe(true);
  expect(canBePaid(anOrder("pending"), expiry)).toBe(false);
  expect(canBePaid(anOrder("closing"), expiry - 1)).toBe(false);
});

test("an order is watched half an hour, ever more seldom, its provider never asked twice within 5 s", () => {
  let at = 0;
  let askedAt = -Infinity;
  let before = 0;
  const asked: number[] = [];
  let turn = 0;
  for (let look = nextLook(0); look !== null; look = nextLook(++turn)) {
    expect(look.afterMs).toBeGreaterThanOrEqual(Math.max(3_000, before));
    before = look.afterMs;
    at += look.afterMs;
    if (look.asksProvider) {
      expect(at - askedAt).toBeGreaterThan(5_000);
      asked.push((askedAt = at));
    }
  }
  expect(at).toBe(30 * 60_000);
  expect(asked[0]).toBeLessThanOrEqual(15_000);
  expect(asked.length).toBeLessThan(45);
});
