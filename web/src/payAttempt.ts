/** One attempt to pay: the key that makes opening its order harmless to repeat, and where the payer sits. */
import { forgetDraft, keepDraft, readDraft } from "./drafts";

/** The key of the attempt under way with a provider; the same through reload, Back and a double click. */
export function attemptKey(registrationId: string, provider: string): string {
  const kept = readDraft<Attempt>(draftOf(registrationId));
  if (kept?.provider === provider) {
    return kept.key;
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  keepDraft(draftOf(registrationId), { provider, key } satisfies Attempt);
  return key;
}

interface Attempt {
  provider: string;
  key: string;
}

/** The attempt is over (paid, expired, closed): the next one gets another key. */
export function endAttempt(registrationId: string): void {
  forgetDraft(draftOf(registrationId));
}

const draftOf = (registrationId: string): string => `pay-${registrationId}`;

/** `wap` where the payment page opens on a phone, so that it can hand over to the app. */
export function channel(): "page" | "wap" {
  const onPhone = window.matchMedia("(pointer: coarse) and (max-width: 768px)").matches;
  return onPhone ? "wap" : "page";
}

/** WeChat's own browser opens neither cashier; its menu leads to one that does. */
export const isInWeChat = (): boolean => /MicroMessenger/i.test(navigator.userAgent);
