import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Autosave } from "../src/autosave";
import { readDraft } from "../src/drafts";
import type { Choices, Preview, Registration } from "../src/types";
import { FakeStorage, problem, serve } from "./browser";

const OPEN: Choices = {
  level: null,
  major: null,
  subjects: [],
  site: null,
  education_id: null,
  degree_id: null,
};

function registration(version: number, choices: Partial<Choices> = {}): Registration {
  return { registration_id: "r1", version, choices: { ...OPEN, ...choices } } as Registration;
}

const answer = (version: number, choices: Partial<Choices>) => ({
  status: 200,
  body: registration(version, choices),
});

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("sessionStorage", new FakeStorage());
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("several changes at once are saved once, over the version that was read", async () => {
  const asked = serve(answer(2, { level: "full", subjects: ["a"] }));
  const saving = new Autosave(registration(1));
  saving.choices.level = "full";
  saving.changed();
  saving.choices.subjects = ["a"];
  saving.changed();
  expect(saving.state.value).toBe("unsaved");
  await vi.advanceTimersByTimeAsync(800);
  expect(saving.state.value).toBe("saved");
  expect(asked).toHaveLength(1);
  expect(asked[0]?.body).toEqual({ version: 1, choices: { ...OPEN, level: "full", subjects: ["a"] } });
  expect(readDraft("choices-r1")).toBeNull();
});

test("what is chosen while a saving is under way is saved after it, over its version", async () => {
  const asked = serve(answer(2, { level: "full" }), answer(3, { level: "full", site: "s" }));
  const saving = new Autosave(registration(1));
  saving.choices.level = "full";
  saving.changed();
  const first = saving.flush();
  saving.choices.site = "s";
  await first;
  await vi.advanceTimersByTimeAsync(800);
  expect(saving.state.value).toBe("saved");
  expect(asked.map((one) => (one.body as { version: number }).version)).toEqual([1, 2]);
});

test("without a network the choices stay here and are sent when it is back", async () => {
  serve("lost", answer(2, { level: "full" }));
  const saving = new Autosave(registration(1));
  saving.choices.level = "full";
  saving.changed();
  expect(await saving.flush()).toBe(false);
  expect(saving.state.value).toBe("waiting");
  expect(readDraft("choices-r1")).toMatchObject({ version: 1, choices: { level: "full" } });
  await vi.advanceTimersByTimeAsync(5000);
  expect(saving.state.value).toBe("saved");
});

test("what an earlier visit could not send is sent now", async () => {
  serve("lost");
  const earlier = new Autosave(registration(1));
  earlier.choices.level = "full";
  earlier.changed();
  await earlier.flush();
  vi.clearAllTimers();
  const asked = serve(answer(2, { level: "full" }));
  const saving = new Autosave(registration(1));
  expect(saving.choices.level).toBe("full");
  expect(await saving.flush()).toBe(true);
  expect(asked).toHaveLength(1);
});

test("a saving whose answer was lost is no conflict with itself", async () => {
  serve("lost", problem(409, "changed_elsewhere"), answer(2, { level: "full" }));
  const saving = new Autosave(registration(1));
  saving.choices.level = "full";
  saving.changed();
  await saving.flush();
  expect(await saving.flush()).toBe(true);
  expect(saving.theirs.value).toBeNull();
});

async function inConflict(): Promise<Autosave> {
  const saving = new Autosave(registration(1));
  saving.choices.level = "full";
  saving.changed();
  expect(await saving.flush()).toBe(false);
  expect(saving.state.value).toBe("conflict");
  expect(saving.choices.level).toBe("full");
  return saving;
}

test("a change made elsewhere is shown and overwrites nothing by itself; mine can be kept", async () => {
  const asked = serve(
    problem(409, "changed_elsewhere"),
    answer(7, { level: "part" }),
    answer(8, { level: "full" }),
  );
  const saving = await inConflict();
  expect(saving.theirs.value?.choices.level).toBe("part");
  expect(await saving.resolve("mine")).toBe(true);
  expect(asked[2]?.body).toMatchObject({ version: 7, choices: { level: "full" } });
});

test("or what was saved elsewhere can be taken", async () => {
  const asked = serve(problem(409, "changed_elsewhere"), answer(7, { level: "part" }));
  const saving = await inConflict();
  expect(await saving.resolve("theirs")).toBe(true);
  expect(saving.choices.level).toBe("part");
  expect(asked).toHaveLength(2);
});

test("choices kept from an older version are shown against what the server has", () => {
  sessionStorage.setItem(
    "draft:choices-r1",
    JSON.stringify({ version: 1, choices: { ...OPEN, level: "full" } }),
  );
  const saving = new Autosave(registration(3, { level: "part" }));
  expect(saving.state.value).toBe("conflict");
  expect(saving.choices.level).toBe("full");
});

test("a refusal is said and not tried again until something changes", async () => {
  const asked = serve(problem(409, "registration_over"));
  const saving = new Autosave(registration(1));
  saving.choices.level = "full";
  saving.changed();
  expect(await saving.flush()).toBe(false);
  expect(saving.state.value).toBe("refused");
  expect(saving.failure.value?.message).toBe("说明 registration_over");
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toHaveLength(1);
});

const preview = (lost: string[]) =>
  ({ lost: lost.map((sentence) => ({ sentence, faq: 15 })), refusal: null }) as unknown as Preview;

test("what saving another level would lose is said first, and saved once it was read", async () => {
  const asked = serve(answer(2, { level: "part" }));
  const saving = new Autosave(registration(1, { level: "full" }), () => Promise.resolve(preview(["一科"])));
  saving.choices.level = "part";
  saving.changed();
  await vi.advanceTimersByTimeAsync(800);
  expect(saving.state.value).toBe("asking");
  expect(asked).toHaveLength(0);
  expect(readDraft("choices-r1")).not.toBeNull();
  expect(await saving.acknowledge()).toBe(true);
  expect(saving.foreseen.value).toBeNull();
  expect(asked).toHaveLength(1);
});

test("who would rather not lose it is back at what is saved", async () => {
  serve(answer(2, { level: "full", subjects: ["a"] }));
  const saving = new Autosave(registration(1, { level: "full", subjects: ["a"] }), () =>
    Promise.resolve(preview(["一科"])),
  );
  saving.choices.level = "part";
  saving.choices.subjects = [];
  saving.changed();
  await vi.advanceTimersByTimeAsync(800);
  expect(await saving.keepAsSaved()).toBe(true);
  expect(saving.choices).toMatchObject({ level: "full", subjects: ["a"] });
  expect(saving.foreseen.value).toBeNull();
});

test("a change that loses nothing, or leaves the level and the major, is saved without a question", async () => {
  const asked = serve(answer(2, { level: "full" }), answer(3, { level: "full", site: "s" }));
  const previews = vi.fn(() => Promise.resolve(preview([])));
  const saving = new Autosave(registration(1), previews);
  saving.choices.level = "full";
  saving.changed();
  await vi.advanceTimersByTimeAsync(800);
  saving.choices.site = "s";
  saving.changed();
  await vi.advanceTimersByTimeAsync(800);
  expect(asked).toHaveLength(2);
  expect(previews).toHaveBeenCalledTimes(1);
});
