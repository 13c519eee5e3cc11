/** What was typed, kept in this tab until it is sent: it survives reload, Back and an expired session.
 *
 * Passwords and answers to security questions are never put here. */
import { onScopeDispose, reactive, toRaw, watch } from "vue";

const PREFIX = "draft:";

/** Read a draft; null where there is none or it cannot be read. */
export function readDraft<T>(name: string): T | null {
  try {
    const text = sessionStorage.getItem(PREFIX + name);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Keep a draft. A browser that keeps nothing (private mode, full) costs the draft and no more. */
export function keepDraft(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Nothing to be done, and nothing the candidate could do.
  }
}

/** Forget one draft, because it was sent. */
export function forgetDraft(name: string): void {
  try {
    sessionStorage.removeItem(PREFIX + name);
  } catch {
    // As above.
  }
}

/** Forget them all, because somebody else may sit here next. */
export function forgetDrafts(): void {
  try {
    Object.keys(sessionStorage)
      .filter((key) => key.startsWith(PREFIX))
      .forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // As above.
  }
}

/** A form's fields that keep themselves. Fields that a draft does not know start as in `blank`. */
export function useDraft<T extends object>(name: string, blank: T): { fields: T; forget: () => void } {
  const kept = readDraft<Partial<T>>(name) ?? {};
  const fields = reactive({ ...blank, ...onlyKeysOf(blank, kept) }) as T;
  const stop = watch(fields, () => keepDraft(name, toRaw(fields)), { deep: true, flush: "sync" });
  onScopeDispose(stop);
  return {
    fields,
    forget() {
      stop();
      forgetDraft(name);
    },
  };
}

function onlyKeysOf<T extends object>(blank: T, kept: Partial<T>): Partial<T> {
  return Object.fromEntries(Object.entries(kept).filter(([key]) => key in blank)) as Partial<T>;
}
