/** Instants become text in Asia/Shanghai, wherever the browser stands. */

/** China has had one zone and no summer time since 1992. */
const SHANGHAI_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

const two = (n: number): string => String(n).padStart(2, "0");

function inShanghai(instant: string | number): Date {
  return new Date((typeof instant === "string" ? Date.parse(instant) : instant) + SHANGHAI_MS);
}

function day(date: Date): string {
  return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
}

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** 2026年7月15日 09:00 */
export function moment(instant: string | number): string {
  const date = inShanghai(instant);
  return `${day(date)} ${clock(date)}`;
}

/** The end of a half-open window: midnight belongs to the day that ends, so it is said as its 24:00. */
export function windowEnd(instant: string): string {
  const date = inShanghai(instant);
  if (date.getUTCHours() === 0 && date.getUTCMinutes() === 0) {
    return `${day(new Date(date.getTime() - MINUTE_MS))} 24:00`;
  }
  return moment(instant);
}

/** 09:05, for what happened just now. */
export function timeOfDay(instant: string | number): string {
  return clock(inShanghai(instant));
}

/** 2026-07-15, as a date input and the API write a day. */
export function isoDay(instant: number): string {
  const date = inShanghai(instant);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** A day without a time, as the API gives it: 2020-06-30 → 2020年6月30日 */
export function calendarDay(iso: string): string {
  const [year, month, dayOfMonth] = iso.split("-").map(Number);
  return `${year}年${month}月${dayOfMonth}日`;
}

/** How long until then: "3 天 4 小时", "5 小时 12 分", under an hour "12:05". */
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(ms / DAY_MS);
  if (days >= 1) {
    const more = hours % 24;
    return more === 0 ? `${days} 天` : `${days} 天 ${more} 小时`;
  }
  return hours >= 1 ? `${hours} 小时 ${minutes % 60} 分` : `${two(minutes)}:${two(seconds % 60)}`;
}
