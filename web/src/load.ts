/** Reading something for a page: loading, ready, failed, and read again when the page comes back. */
import { onMounted, onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { ApiError } from "./api";

export interface Loaded<T> {
  value: ShallowRef<T | null>;
  failure: ShallowRef<ApiError | null>;
  busy: Ref<boolean>;
  reload: () => Promise<void>;
}

const STALE_AFTER_MS = 20_000;

/** Read now, when the Back button brings the page back, and when a tab left alone is looked at again. */
export function useLoad<T>(read: () => Promise<T>): Loaded<T> {
  const value = shallowRef<T | null>(null);
  const failure = shallowRef<ApiError | null>(null);
  const busy = ref(false);
  let turn = 0;
  let readAt = 0;

  async function reload(): Promise<void> {
    const mine = ++turn;
    busy.value = true;
    try {
      const answer = await read();
      if (mine === turn) {
        value.value = answer;
        failure.value = null;
        readAt = Date.now();
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (mine === turn) {
        failure.value = error;
      }
    } finally {
      if (mine === turn) {
        busy.value = false;
      }
    }
  }

  onMounted(() => void reload());
  whenPageComesBack((restored) => {
    if (restored || Date.now() - readAt > STALE_AFTER_MS) {
      void reload();
    }
  });
  return { value, failure, busy, reload };
}

/** Run when the page is shown again: from the Back button's cache (`restored`), or because its tab is. */
export function whenPageComesBack(run: (restored: boolean) => void): void {
  const shown = (event: PageTransitionEvent): void => {
    if (event.persisted) {
      run(true);
    }
  };
  const visible = (): void => {
    if (document.visibilityState === "visible") {
      run(false);
    }
  };
  window.addEventListener("pageshow", shown);
  document.addEventListener("visibilitychange", visible);
  onScopeDispose(() => {
    window.removeEventListener("pageshow", shown);
    document.removeEventListener("visibilitychange", visible);
  });
}
