/** What every input shares: an id, its error, and the texts that describe it. */
import { computed, onMounted, onScopeDispose, useId, watch, type ComputedRef } from "vue";
import { useFormAround } from "./form";

export interface Field {
  id: string;
  error: ComputedRef<string | undefined>;
  /** Ids of the hint and the error, for `aria-describedby`. */
  describedBy: ComputedRef<string | undefined>;
}

/** Make an input a field of the form around it. Editing it takes its error away. */
export function useField(
  props: { name: string; label: string; hint?: string | undefined },
  value: () => unknown,
): Field {
  const form = useFormAround();
  const id = `field-${useId()}`;
  const error = computed(() => form.errors[props.name]);
  // Mounted in the order of the page, so the summary lists errors in that order.
  onMounted(() => form.names.set(props.name, { id, label: props.label }));
  onScopeDispose(() => form.names.delete(props.name));
  watch(value, () => Reflect.deleteProperty(form.errors, props.name), { deep: true });
  const describedBy = computed(() => {
    const ids = [props.hint ? `${id}-hint` : "", error.value ? `${id}-error` : ""].filter(Boolean);
    return ids.length > 0 ? ids.join(" ") : undefined;
  });
  return { id, error, describedBy };
}
