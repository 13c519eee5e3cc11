/** The time by the server's clock: a phone may be wrong by hours, and windows are the server's to judge. */
import { onScopeDispose, ref, type Ref } from "vue";

let aheadMs = 0;

/** Learn from an answer's date how far the server's clock is ahead of ours. */
export function learnServerTime(date: string | null): void {
  const serverMs = date === null ? NaN : Date.parse(date);
  if (Number.isNaN(serverMs)) {
    return;
  }
  const measured = serverMs - Date.now();
  // A date has whole seconds and travelled a while: below two seconds there is nothing to learn.
  if (Math.abs(measured - aheadMs) > 2000) {
    aheadMs = measured;
  }
}

/** Milliseconds since 1970 by the server's clock. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

/** The server's time, ticking each second while the component is there. */
export function useNow(): Ref<number> {
  const now = ref(serverNow());
  const timer = setInterval(() => {
    now.value = serverNow();
  }, 1000);
  onScopeDispose(() => clearInterval(timer));
  return now;
}
