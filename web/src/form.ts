/** What every form shares: errors beside their fields, one summary, one sending at a time. */
import {
  inject,
  nextTick,
  provide,
  reactive,
  ref,
  shallowRef,
  type InjectionKey,
  type Ref,
  type ShallowRef,
} from "vue";
import { ApiError } from "./api";

export interface Form {
  /** Error sentences by field name. */
  errors: Record<string, string>;
  /** What went wrong with the whole rather than a field. */
  failure: ShallowRef<ApiError | null>;
  busy: Ref<boolean>;
  /** Raised whenever the summary should be shown, read out and get the focus. */
  attention: Ref<number>;
  /** Show the summary: what was asked for cannot be done as the form stands. */
  drawAttention: () => void;
  /** Elements of the fields by name, in the order of the page. */
  names: Map<string, FieldPlace>;
  /** Check, then send; a second call while one runs does nothing. */
  submit: (check: () => Errors, send: () => Promise<void>) => Promise<void>;
  /** Put a failure where it belongs: beside its field, or in the summary. */
  show: (error: unknown) => void;
  clear: () => void;
}

export interface FieldPlace {
  id: string;
  label: string;
}

export type Errors = Record<string, string | null | undefined | false>;

const FORM: InjectionKey<Form> = Symbol("form");

/** Make a form; the fields inside the component find it by themselves. */
export function useForm(): Form {
  const form = makeForm();
  provide(FORM, form);
  return form;
}

/** The form around a field. */
export function useFormAround(): Form {
  const form = inject(FORM);
  if (form === undefined) {
    throw new Error("a field stands outside a form");
  }
  return form;
}

/** The same without a component around it. */
export function makeForm(): Form {
  const form: Form = {
    errors: reactive({}),
    failure: shallowRef(null),
    busy: ref(false),
    attention: ref(0),
    names: new Map(),
    drawAttention() {
      form.attention.value++;
    },
    async submit(check, send) {
      if (form.busy.value) {
        return;
      }
      form.clear();
      const wrong = Object.entries(check()).filter(([, sentence]) => sentence);
      wrong.forEach(([name, sentence]) => (form.errors[name] = sentence as string));
      if (wrong.length > 0) {
        form.drawAttention();
        return;
      }
      form.busy.value = true;
      try {
        await send();
      } catch (error) {
        form.show(error);
      } finally {
        form.busy.value = false;
      }
    },
    show(error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      const name = fieldAtFault(error, form.names);
      if (name === null) {
        form.failure.value = error;
      } else {
        form.errors[name] = error.message;
      }
      form.drawAttention();
    },
    clear() {
      Object.keys(form.errors).forEach((name) => Reflect.deleteProperty(form.errors, name));
      form.failure.value = null;
    },
  };
  return form;
}

/** The field of ours that a refusal names. Its path may reach deeper (`choices.level`) or lie nearer. */
export function fieldAtFault(error: ApiError, names: ReadonlyMap<string, unknown>): string | null {
  const path = error.failure.kind === "refused" ? error.failure.problem.field : null;
  if (path === null || path === undefined) {
    return null;
  }
  const parts = path
    .replace(/^\$\.?/, "")
    .replace(/\[(\d+|\.\.\.)\]/g, ".$1")
    .split(".");
  for (let from = 0; from < parts.length; from++) {
    for (let to = parts.length; to > from; to--) {
      const name = parts.slice(from, to).join(".");
      if (names.has(name)) {
        return name;
      }
    }
  }
  return null;
}

/** Give an element the focus once the page shows it. */
export async function focusOn(id: string): Promise<void> {
  await nextTick();
  document.getElementById(id)?.focus();
}
