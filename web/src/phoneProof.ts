/** Proving that somebody holds a phone: sending a code, the countdown, and exchanging the code for a proof. */
import {
  computed,
  onScopeDispose,
  ref,
  shallowRef,
  watch,
  type ComputedRef,
  type Ref,
  type ShallowRef,
} from "vue";
import { ApiError } from "./api";
import { serverNow, useNow } from "./clock";
import { useDraft } from "./drafts";
import { provePhone, readCodeFate, sendPhoneChangeCode, sendRegistrationCode } from "./endpoints";
import type { Form } from "./form";
import * as rules from "./rules";
import type { CodeFate, SmsCode } from "./types";

const RESEND_AFTER_MS = 60_000;
/** When the operator is asked what became of a message; most arrive within seconds. */
const ASK_FATE_AFTER_MS = [4_000, 10_000, 25_000];

export interface CodeSending {
  codeId: Ref<string>;
  /** Seconds until a code may be sent again. */
  waitS: ComputedRef<number>;
  sending: Ref<boolean>;
  failure: ShallowRef<ApiError | null>;
  /** What became of the message, as far as the operator has said (FAQ 3). */
  fate: ShallowRef<CodeFate | null>;
  /** Where the code went, masked; empty while none did. */
  sentTo: Ref<string>;
  send: () => Promise<void>;
  forget: () => void;
  /** The waiting is that of one phone: to another a code may go at once. */
  goOnWithAnotherPhone: () => void;
}

interface Sent {
  codeId: string;
  sentTo: string;
  resendAtMs: number;
}

/** Send codes, once a minute at most. What was sent is remembered under `draft` through a reload. */
export function useCodeSending(draft: string, ask: () => Promise<SmsCode>): CodeSending {
  const { fields } = useDraft<Sent>(draft, { codeId: "", sentTo: "", resendAtMs: 0 });
  const now = useNow();
  const sending = ref(false);
  const failure = shallowRef<ApiError | null>(null);
  const { fate, follow } = useCodeFate();
  const waitS = computed(() => {
    const waitMs = Math.min(fields.resendAtMs - now.value, RESEND_AFTER_MS);
    return Math.max(0, Math.ceil(waitMs / 1000));
  });

  async function send(): Promise<void> {
    if (sending.value || waitS.value > 0) {
      return;
    }
    sending.value = true;
    failure.value = null;
    try {
      const answer = await ask();
      Object.assign(fields, { codeId: answer.code_id, sentTo: answer.phone_hint });
      fields.resendAtMs = Math.min(Date.parse(answer.resend_at), serverNow() + RESEND_AFTER_MS);
      follow(answer.code_id);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      failure.value = error;
      const problem = error.failure.kind === "refused" ? error.failure.problem : null;
      fields.resendAtMs = Date.parse(problem?.changes_at ?? "") || 0;
    } finally {
      sending.value = false;
    }
  }

  return {
    codeId: computed({ get: () => fields.codeId, set: (codeId) => (fields.codeId = codeId) }),
    sentTo: computed({ get: () => fields.sentTo, set: (sentTo) => (fields.sentTo = sentTo) }),
    waitS,
    sending,
    failure,
    fate,
    send,
    forget() {
      Object.assign(fields, { codeId: "", sentTo: "" });
      follow(null);
    },
    goOnWithAnotherPhone() {
      fields.resendAtMs = 0;
      failure.value = null;
    },
  };
}

/** Look a few times what became of the message with a code; silence about it is no failure. */
function useCodeFate(): { fate: ShallowRef<CodeFate | null>; follow: (codeId: string | null) => void } {
  const fate = shallowRef<CodeFate | null>(null);
  let timers: ReturnType<typeof setTimeout>[] = [];

  async function look(codeId: string): Promise<void> {
    const isOpen = fate.value === null || ["accepted", "unknown"].includes(fate.value.outcome);
    if (!isOpen || document.visibilityState !== "visible") {
      return;
    }
    const answer = await readCodeFate(codeId).catch(() => null);
    fate.value = answer ?? fate.value;
  }

  function follow(codeId: string | null): void {
    timers.forEach(clearTimeout);
    fate.value = null;
    timers = codeId === null ? [] : ASK_FATE_AFTER_MS.map((ms) => setTimeout(() => void look(codeId), ms));
  }
  onScopeDispose(() => follow(null));
  return { fate, follow };
}

const SENDERS = { register: sendRegistrationCode, change_phone: sendPhoneChangeCode };

export type ProofPurpose = keyof typeof SENDERS;

interface Proof {
  token: string;
  phone: string;
  untilMs: number;
}

/** Proves the phone in `phone` by the code in `code`; both are fields of `form`. */
export class PhoneProving {
  readonly sending: CodeSending;
  readonly isProved: ComputedRef<boolean>;

  private readonly proof: Proof;
  private running: Promise<string | null> | null = null;
  /** Tries are counted: a code that was wrong is not sent again as it is. */
  private refused = { codeId: "", code: "", sentence: "" };

  constructor(
    purpose: ProofPurpose,
    private readonly form: Form,
    private readonly phone: Ref<string>,
    private readonly code: Ref<string>,
  ) {
    this.proof = useDraft<Proof>(`proof-${purpose}`, { token: "", phone: "", untilMs: 0 }).fields;
    this.sending = useCodeSending(`code-${purpose}`, () => SENDERS[purpose](phone.value.trim()));
    this.isProved = computed(
      () =>
        this.proof.token !== "" &&
        this.proof.phone === phone.value.trim() &&
        serverNow() < this.proof.untilMs,
    );
    // Another phone needs another code; six digits are a whole code, so nobody needs to press a button for it.
    watch(phone, () => {
      this.begin();
      this.sending.goOnWithAnotherPhone();
    });
    watch(code, (typed) => {
      if (rules.smsCode(typed) === null && this.sending.codeId.value !== "" && !this.isProved.value) {
        void this.prove();
      }
    });
  }

  /** The proof, fetched with the code where there is none yet. Null when the form now says what is missing. */
  prove(): Promise<string | null> {
    if (this.isProved.value) {
      return Promise.resolve(this.proof.token);
    }
    this.running ??= this.exchange().finally(() => (this.running = null));
    return this.running;
  }

  /** The proof was refused: begin again with the phone, and keep the rest. */
  reject(sentence: string): void {
    this.begin();
    this.form.errors["code"] = sentence;
    this.form.drawAttention();
  }

  private begin(): void {
    this.sending.forget();
    Object.assign(this.proof, { token: "", phone: "", untilMs: 0 });
    this.code.value = "";
  }

  private async exchange(): Promise<string | null> {
    const codeId = this.sending.codeId.value;
    const [phone, code] = [this.phone.value.trim(), this.code.value.trim()];
    const sentence = this.whatIsMissing(codeId, code);
    if (sentence !== null) {
      this.form.errors["code"] = sentence;
      return null;
    }
    try {
      const answer = await provePhone(codeId, code);
      Object.assign(this.proof, { token: answer.phone_proof, phone, untilMs: Date.parse(answer.expires_at) });
      return answer.phone_proof;
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      this.form.errors["code"] = error.message;
      if (!error.outcomeIsUnknown) {
        this.refused = { codeId, code, sentence: error.message };
      }
      return null;
    }
  }

  private whatIsMissing(codeId: string, code: string): string | null {
    if (codeId === "") {
      return "请先获取验证码。";
    }
    const isRefused = this.refused.codeId === codeId && this.refused.code === code;
    return isRefused ? this.refused.sentence : rules.smsCode(code);
  }
}
