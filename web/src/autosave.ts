/** A registration's choices, saved to the server as they are filled in and kept in this tab until they are there. */
import { onScopeDispose, reactive, ref, shallowRef, toRaw, watch, type ShallowRef } from "vue";
import { ApiError } from "./api";
import { serverNow } from "./clock";
import { forgetDraft, keepDraft, readDraft } from "./drafts";
import { previewChoices, readRegistration, saveChoices } from "./endpoints";
import type { Choices, Preview, Registration } from "./types";

const SAVE_AFTER_MS = 700;
const FIRST_RETRY_MS = 4_000;
const LAST_RETRY_MS = 60_000;

/** `waiting`: the server could not be reached and will be tried again; `refused`: it said no; `asking`: saving
 * would lose something, which is said first. */
export type SaveState = "saved" | "unsaved" | "saving" | "waiting" | "refused" | "conflict" | "asking";

/** Says what saving would lose. */
export type Foresee = (registrationId: string, choices: Choices) => Promise<Preview>;

interface Kept {
  version: number;
  choices: Choices;
}

/** Edit a registration as it was read, for as long as the component is there. */
export function useAutosave(read: Registration): Autosave {
  const saving = new Autosave(read, previewChoices);
  const save = (): void => void saving.flush();
  const hidden = (): void => {
    if (document.visibilityState === "hidden") {
      save();
    }
  };
  watch(saving.choices, () => saving.changed());
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", hidden);
  onScopeDispose(() => {
    window.removeEventListener("online", save);
    document.removeEventListener("visibilitychange", hidden);
    save();
  });
  return saving;
}

/** What an earlier visit could not send is taken up again. */
export class Autosave {
  readonly choices: Choices;
  readonly state = ref<SaveState>("saved");
  /** When the server last took a change of this page; null while it took none. */
  readonly savedAt = ref<number | null>(null);
  readonly failure = shallowRef<ApiError | null>(null);
  /** What the server has, where it was changed elsewhere and differs from what stands here. */
  readonly theirs = shallowRef<Registration | null>(null);
  /** What saving would lose, while it waits for the candidate to have read it (FAQ 14 to 16). */
  readonly foreseen = shallowRef<Preview | null>(null);

  /** As the server last gave it. */
  readonly newest: ShallowRef<Registration>;

  private readonly draft: string;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private retryMs = FIRST_RETRY_MS;
  private running: Promise<boolean> | null = null;
  private acknowledged: string | null = null;

  constructor(
    read: Registration,
    private readonly foresee: Foresee | null = null,
  ) {
    this.newest = shallowRef(read);
    this.draft = `choices-${read.registration_id}`;
    this.choices = reactive(copyOf(read.choices));
    const kept = readDraft<Kept>(this.draft);
    if (kept === null || isSame(kept.choices, read.choices)) {
      return;
    }
    Object.assign(this.choices, copyOf(kept.choices));
    if (kept.version === read.version) {
      this.changed();
    } else {
      this.setAgainst(read);
    }
  }

  /** Something was chosen: keep it here at once, and on the server soon. */
  changed(): void {
    if (this.isSaved() && isSame(this.choices, this.newest.value.choices)) {
      return;
    }
    keepDraft(this.draft, {
      version: this.newest.value.version,
      choices: toRaw(this.choices),
    } satisfies Kept);
    if (this.state.value !== "conflict") {
      this.state.value = "unsaved";
      this.saveIn(SAVE_AFTER_MS);
    }
  }

  /** Save now. True once the server has what stands here. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    if (this.running !== null) {
      await this.running;
    }
    if (this.isSaved() || this.state.value === "conflict") {
      return this.isSaved();
    }
    this.running ??= this.send().finally(() => (this.running = null));
    return this.running;
  }

  /** Go on after a conflict, with what stands here or with what the server has. */
  resolve(take: "mine" | "theirs"): Promise<boolean> {
    if (this.theirs.value !== null) {
      this.newest.value = this.theirs.value;
      this.theirs.value = null;
      this.state.value = "unsaved";
    }
    if (take === "theirs") {
      Object.assign(this.choices, copyOf(this.newest.value.choices));
      this.becomeSaved();
    }
    return this.flush();
  }

  /** The candidate has read what is lost, and goes on. */
  acknowledge(): Promise<boolean> {
    this.acknowledged = direction(this.choices);
    return this.flush();
  }

  /** The candidate would rather not lose it: back to the level and major that are saved. */
  keepAsSaved(): Promise<boolean> {
    const { level, major, subjects } = this.newest.value.choices;
    Object.assign(this.choices, { level, major, subjects: [...subjects] });
    return this.flush();
  }

  private async send(): Promise<boolean> {
    const sent = copyOf(this.choices);
    this.state.value = "saving";
    try {
      this.foreseen.value = await this.lossOf(sent);
      if (this.foreseen.value !== null) {
        this.state.value = "asking";
        return false;
      }
      this.accept(
        await saveChoices(this.newest.value.registration_id, this.newest.value.version, sent),
        sent,
      );
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      await (error.code === "changed_elsewhere" ? this.compare(sent) : this.postpone(error));
    }
    return this.isSaved();
  }

  /** What must be read before this is saved. A refusal is not: saving answers with the same one. */
  private async lossOf(sent: Choices): Promise<Preview | null> {
    const isKnown = [direction(this.newest.value.choices), this.acknowledged].includes(direction(sent));
    if (this.foresee === null || isKnown) {
      return null;
    }
    const preview = await this.foresee(this.newest.value.registration_id, sent);
    return preview.lost.length > 0 && preview.refusal === null ? preview : null;
  }

  private accept(answer: Registration, sent: Choices): void {
    this.newest.value = answer;
    this.savedAt.value = serverNow();
    this.failure.value = null;
    this.retryMs = FIRST_RETRY_MS;
    if (isSame(this.choices, sent)) {
      this.becomeSaved();
    } else {
      this.changed();
    }
  }

  /** Somebody wrote first; perhaps we did, and the answer was lost. */
  private async compare(sent: Choices): Promise<void> {
    try {
      const newest = await readRegistration(this.newest.value.registration_id);
      if (isSame(newest.choices, sent)) {
        this.accept(newest, sent);
      } else {
        this.setAgainst(newest);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      this.postpone(error);
    }
  }

  private setAgainst(theirs: Registration): void {
    this.theirs.value = theirs;
    this.state.value = "conflict";
  }

  private postpone(error: ApiError): void {
    this.failure.value = error;
    this.state.value = error.outcomeIsUnknown ? "waiting" : "refused";
    if (error.outcomeIsUnknown) {
      this.saveIn(this.retryMs);
      this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
    }
  }

  private becomeSaved(): void {
    this.state.value = "saved";
    forgetDraft(this.draft);
  }

  private isSaved(): boolean {
    return this.state.value === "saved";
  }

  private saveIn(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }
}

function copyOf(choices: Choices): Choices {
  return { ...toRaw(choices), subjects: [...choices.subjects] };
}

/** What earlier years depend on. */
function direction({ level, major }: Choices): string {
  return JSON.stringify([level, major]);
}

/** The order in which subjects were ticked says nothing. */
function isSame(one: Choices, other: Choices): boolean {
  return flat(one) === flat(other);
}

function flat(choices: Choices): string {
  const { level, major, site, education_id: education, degree_id: degree } = choices;
  return JSON.stringify([level, major, site, education, degree, [...choices.subjects].sort()]);
}
