/** Addresses within these pages. */

/** The path to go on to after logging in; null for anything that would lead out of these pages. */
export function pathWithin(next: unknown): string | null {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : null;
}
