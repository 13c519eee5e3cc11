/** Paying for a registration: which order is under way, and opening, changing and ending it.
 *
 * An order is opened by choosing a provider, never by coming back: what is under way is read first, and its
 * provider asked, for the payer may have paid on the way.
 */
import { ref, shallowRef, type Ref, type ShallowRef } from "vue";
import { refusalIn, type ApiError } from "./api";
import { serverNow } from "./clock";
import {
  cancelPayment,
  checkPayment,
  openPaymentOrder,
  readExam,
  readPaymentOrder,
  readRegistration,
} from "./endpoints";
import { useLoad, type Loaded } from "./load";
import { canBePaid } from "./orders";
import { attemptKey, channel, endAttempt } from "./payAttempt";
import type { Exam, PaymentOrder, Provider, Registration } from "./types";

export interface Offer {
  registration: Registration;
  exam: Exam;
  /** By which it can be paid at this authority. */
  providers: readonly string[];
  /** The one that can be paid now, with its door. */
  order: PaymentOrder | null;
}

export interface PaymentOffer extends Loaded<Offer> {
  /** What became of a wish that was not fulfilled. */
  refusal: ShallowRef<ApiError | null>;
  /** The order that was to be paid and no longer can be. */
  over: ShallowRef<PaymentOrder | null>;
  acting: Ref<boolean>;
  choose: (provider: string) => Promise<void>;
  cancel: () => Promise<void>;
  /** An order was seen that can no longer be paid. */
  moved: (order: PaymentOrder) => Promise<void>;
}

const isPayable = (order: PaymentOrder): boolean => canBePaid(order, serverNow());
const hasMoney = (order: PaymentOrder): boolean => order.trade_no !== null;

type ShowResult = (order: PaymentOrder) => Promise<unknown>;

/** The offer for a registration; `showResult` leads to an order that has money. */
export function usePaymentOffer(registrationId: string, showResult: ShowResult): PaymentOffer {
  /** Only who comes here, and has no choice, gets an order unasked; who comes back does not. */
  let isArriving = true;
  const refusal = shallowRef<ApiError | null>(null);
  const over = shallowRef<PaymentOrder | null>(null);
  const acting = ref(false);
  const loaded = useLoad(async (): Promise<Offer> => {
    const offer = await readOffer(registrationId);
    const only = isArriving && offer.providers.length === 1 ? offer.providers[0] : undefined;
    isArriving = false;
    if (!acting.value) {
      refusal.value = null;
    }
    try {
      return await withOrder(offer, only, showResult);
    } catch (error) {
      // A provider that is down keeps nobody from the other one.
      refusal.value = refusalIn(error);
      return offer;
    }
  });

  async function act(wish: () => Promise<PaymentOrder>): Promise<void> {
    if (acting.value) {
      return;
    }
    acting.value = true;
    refusal.value = null;
    over.value = null;
    try {
      await take(await wish());
    } catch (error) {
      refusal.value = refusalIn(error);
      // It may have been paid meanwhile, or done although no answer came.
      await loaded.reload();
    } finally {
      acting.value = false;
    }
  }

  async function take(order: PaymentOrder): Promise<void> {
    if (hasMoney(order)) {
      await showResult(order);
    } else if (isPayable(order) && loaded.value.value !== null) {
      loaded.value.value = { ...loaded.value.value, order };
    } else {
      endAttempt(registrationId);
      over.value = order;
      await loaded.reload();
    }
  }

  const choose = (provider: string): Promise<void> => act(() => openOrder(registrationId, provider));
  const cancel = (): Promise<void> => act(() => cancelPayment(registrationId));
  return { ...loaded, refusal, over, acting, choose, cancel, moved: take };
}

/** The offer with the order that is under way, or of the one provider that there is to choose. */
async function withOrder(offer: Offer, only: string | undefined, showResult: ShowResult): Promise<Offer> {
  const { registration_id: id, open_order_id: openId, allowed_actions: actions } = offer.registration;
  if (!actions["pay"]?.allowed) {
    endAttempt(id);
    return offer;
  }
  const underWay = openId === null ? null : await asItStands(openId);
  if (underWay !== null && hasMoney(underWay)) {
    await showResult(underWay);
    return offer;
  }
  const provider = underWay !== null && isPayable(underWay) ? underWay.provider : only;
  return provider === undefined ? offer : { ...offer, order: await openOrder(id, provider) };
}

async function readOffer(registrationId: string): Promise<Offer> {
  const registration = await readRegistration(registrationId);
  const exam = await readExam(registration.exam_id);
  const offering = exam.offerings.find((each) => each.authority_id === registration.authority_id);
  return { registration, exam, providers: offering?.providers ?? [], order: null };
}

/** An order after its provider was asked, where that is possible: the notice may be lost, or on its way. */
async function asItStands(orderId: string): Promise<PaymentOrder> {
  const order = await readPaymentOrder(orderId);
  if (order.state !== "pending") {
    return order;
  }
  try {
    return await checkPayment(orderId);
  } catch (error) {
    refusalIn(error);
    return order;
  }
}

/** The order of the attempt under way; where that one is over, of a new attempt. */
async function openOrder(registrationId: string, provider: string): Promise<PaymentOrder> {
  const open = (): Promise<PaymentOrder> =>
    openPaymentOrder(
      registrationId,
      { provider: provider as Provider, channel: channel() },
      attemptKey(registrationId, provider),
    );
  const order = await open();
  if (isPayable(order) || hasMoney(order)) {
    return order;
  }
  endAttempt(registrationId);
  return open();
}
