/** Which subjects can be ticked at a level. Shown while it is chosen; what may be taken is the API's to say. */
import type { Level, Standing } from "./types";

/** What stays ticked when the level, or what earlier years mean for it, has changed. */
export function stillChosen(
  level: Level | null,
  standing: Standing | null,
  chosen: readonly string[],
): string[] {
  const left = standing?.subjects_left ?? level?.subjects ?? [];
  return level?.takes_all_subjects ? [...left] : chosen.filter((code) => left.includes(code));
}

/** The order in which subjects were ticked says nothing. */
export const sameSubjects = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join() === [...other].sort().join();
