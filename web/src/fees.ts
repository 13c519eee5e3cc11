/** What a registration will cost. Shown while it is filled in; what is charged is the API's amount. */
import type { Offering } from "./types";

export function feeOf(offering: Offering, subject: string): number {
  return offering.subject_fees_fen[subject] ?? 0;
}

/** In fen: the subjects taken this time and the authority's fee items; nothing while no subject is chosen. */
export function amountDue(offering: Offering, subjects: readonly string[]): number {
  if (subjects.length === 0) {
    return 0;
  }
  const items = offering.fee_items.reduce((sum, item) => sum + item.amount_fen, 0);
  return subjects.reduce((sum, subject) => sum + feeOf(offering, subject), items);
}
