/** Money is integer fen everywhere; only here does it become text. */

/** 6100 → ¥61.00 */
export function yuan(fen: number): string {
  if (!Number.isInteger(fen)) {
    throw new RangeError(`not whole fen: ${fen}`);
  }
  const digits = String(Math.abs(fen)).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "-" : ""}¥${whole}.${digits.slice(-2)}`;
}
