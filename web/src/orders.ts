/** What a payment order says besides its state: whether it is still to be paid, and where its money is. */
import { yuan } from "./money";
import type { OrderState, PaymentOrder } from "./types";

const WAITING: readonly OrderState[] = ["created", "pending", "closing"];

/** Something is still to come of it, so it is looked at again. */
export const isWaiting = (order: PaymentOrder): boolean => WAITING.includes(order.state);

/** Its money is on its way back. */
export const isMoving = (order: PaymentOrder): boolean =>
  order.state === "surplus" || order.state === "refunding";

/** It can be paid through the door that its provider opened. */
export const canBePaid = (order: PaymentOrder, now: number): boolean =>
  (order.state === "created" || order.state === "pending") && Date.parse(order.expires_at) > now;

/** What came and is neither back nor on its way there. */
export const keptFen = (order: PaymentOrder): number =>
  (order.received_fen ?? 0) - order.refunding_fen - order.refunded_fen;

/** Where the money is, in words; null where it is all where it belongs or none came. */
export function moneyStory(order: PaymentOrder): string | null {
  if (order.received_fen === null || order.state === "paid") {
    return null;
  }
  const kept = keptFen(order);
  const asked = order.received_fen === order.amount_fen ? "" : `应付 ${yuan(order.amount_fen)}，`;
  const came = `${asked}收到 ${yuan(order.received_fen)}，`;
  if (order.refunded_fen === order.received_fen) {
    return `${came}已全部退回。`;
  }
  const parts = [
    order.refunded_fen > 0 && `${yuan(order.refunded_fen)} 已退回`,
    order.refunding_fen > 0 &&
      `${yuan(order.refunding_fen)} ${order.state === "refund_failed" ? "尚未退成" : "正在退回"}`,
    kept > 0 && `${yuan(kept)} ${KEPT[order.state] ?? "仍然有效"}`,
  ].filter((part) => part !== false);
  return `${came}其中 ${parts.join("，")}。`;
}

const KEPT: Partial<Record<OrderState, string>> = { surplus: "待退回", mismatch: "正在核对" };

/** The colour in which a state is said. */
export const TONES: Partial<Record<OrderState, string>> = {
  paid: "good",
  part_refunded: "good",
  surplus: "warn",
  mismatch: "warn",
  refunding: "warn",
  refund_failed: "warn",
};
