/** Looking at an order until it is known what became of it: gently, and only while somebody looks at the page. */
import {
  computed,
  onMounted,
  onScopeDispose,
  ref,
  shallowRef,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from "vue";
import { refusalIn, type ApiError } from "./api";
import { useNow } from "./clock";
import { checkPayment, readPaymentOrder } from "./endpoints";
import { whenPageComesBack } from "./load";
import { isMoving, isWaiting } from "./orders";
import type { PaymentOrder } from "./types";

/** Our own order is read often; its provider is asked less often, which finds a payment whose notice was lost. */
interface Pace {
  turns: number;
  everyMs: number;
  asksAtEach: number;
}
const PACES: readonly Pace[] = [
  { turns: 20, everyMs: 3_000, asksAtEach: 4 },
  { turns: 48, everyMs: 5_000, asksAtEach: 6 },
  { turns: 150, everyMs: 10_000, asksAtEach: 6 },
];
/** The API refuses to ask more often. */
const SHORTEST_BETWEEN_ASKS_MS = 5_000;

export interface Look {
  afterMs: number;
  asksProvider: boolean;
}

/** How long to wait for the next look, after so many; null once it has been half an hour. */
export function nextLook(looksSoFar: number): Look | null {
  let turn = looksSoFar;
  for (const pace of PACES) {
    if (turn < pace.turns) {
      return { afterMs: pace.everyMs, asksProvider: (turn + 1) % pace.asksAtEach === 0 };
    }
    turn -= pace.turns;
  }
  return null;
}

export interface Watch {
  /** The provider is being asked, or may not be asked again before so long. */
  checking: Ref<boolean>;
  waitMs: ComputedRef<number>;
  /** Why asking failed, where the candidate asked. */
  failure: ShallowRef<ApiError | null>;
  /** Nobody looks any more by itself. */
  stopped: Ref<boolean>;
  /** Ask the provider now. */
  check: () => Promise<void>;
}

type Take = (answer: PaymentOrder) => unknown;

/** Watch an order; `take` gets each answer. */
export function useOrderWatch(orderId: string, order: () => PaymentOrder | null, take: Take): Watch {
  const asking = useAsking(orderId, take);
  const stopped = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;

  async function look(asksProvider: boolean): Promise<void> {
    const seen = order();
    const isOpen = seen === null || isWaiting(seen);
    if (document.visibilityState !== "visible" || asking.checking.value || !(isOpen || isMoving(seen))) {
      return;
    }
    if (asksProvider && isOpen && asking.mayAsk()) {
      return asking.ask(false);
    }
    try {
      await take(await readPaymentOrder(orderId));
    } catch (error) {
      // The network may be away for a moment: the next look is not far.
      refusalIn(error);
    }
  }

  function plan(): void {
    clearTimeout(timer);
    const next = nextLook(turn);
    stopped.value = next === null;
    if (next !== null) {
      timer = setTimeout(() => {
        turn += document.visibilityState === "visible" ? 1 : 0;
        void look(next.asksProvider).finally(plan);
      }, next.afterMs);
    }
  }

  onMounted(plan);
  // Who comes back may have paid on the way.
  whenPageComesBack(() => {
    turn = 0;
    void look(true).finally(plan);
  });
  onScopeDispose(() => {
    turn = Infinity;
    clearTimeout(timer);
  });
  const { checking, waitMs, failure } = asking;
  return { checking, waitMs, failure, stopped, check: () => asking.ask(true) };
}

interface Asking extends Pick<Watch, "checking" | "waitMs" | "failure"> {
  mayAsk: () => boolean;
  ask: (isByHand: boolean) => Promise<void>;
}

/** Asking the provider, by hand or by itself: one question at a time, and none too soon after another. */
function useAsking(orderId: string, take: Take): Asking {
  const now = useNow();
  const checking = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  const waitMs = computed(() => {
    const refusal = failure.value?.failure;
    const changesAt = refusal?.kind === "refused" ? refusal.problem.changes_at : null;
    return changesAt ? Math.max(0, Date.parse(changesAt) - now.value) : 0;
  });
  let askedAt = 0;

  async function ask(isByHand: boolean): Promise<void> {
    if (checking.value || waitMs.value > 0) {
      return;
    }
    checking.value = true;
    failure.value = null;
    askedAt = Date.now();
    try {
      await take(await checkPayment(orderId));
    } catch (error) {
      const refusal = refusalIn(error);
      failure.value = isByHand ? refusal : null;
    } finally {
      checking.value = false;
    }
  }
  return { checking, waitMs, failure, ask, mayAsk: () => Date.now() - askedAt >= SHORTEST_BETWEEN_ASKS_MS };
}
