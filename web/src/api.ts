/** The one place that calls the API: addresses, headers, time-outs, and what can go wrong in words.
 *
 * What the routes are called and what they take is in `endpoints.ts`; who is logged in, in `session.ts`.
 */
import { learnServerTime } from "./clock";
import type { Problem } from "./types";

/** A changing request may take as long as API Gateway lets it; a reading one is asked again sooner. */
const READ_TIMEOUT_MS = 12_000;
const WRITE_TIMEOUT_MS = 29_000;
const READ_AGAIN_AFTER_MS = 800;

export type Failure =
  /** A rule said no; the problem says which and why. */
  | { kind: "refused"; problem: Problem }
  /** No answer came. Whether a changing request took effect is unknown. */
  | { kind: "unreachable" }
  /** The server failed. */
  | { kind: "broken"; status: number; reference: string | null };

/** Every way in which a call can fail, with a sentence for the candidate. */
export class ApiError extends Error {
  constructor(readonly failure: Failure) {
    super(sentenceOf(failure));
  }

  /** The code of the refusal, or null where it was not a rule that said no. */
  get code(): string | null {
    return this.failure.kind === "refused" ? this.failure.problem.code : null;
  }

  /** True when the request may have taken effect although no good answer came. */
  get outcomeIsUnknown(): boolean {
    return this.failure.kind !== "refused";
  }
}

/** A failed call out of whatever was caught; anything else is a mistake of ours and goes on its way. */
export function refusalIn(error: unknown): ApiError {
  if (!(error instanceof ApiError)) {
    throw error;
  }
  return error;
}

export interface Call {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  /** Makes repeating the call harmless. */
  idempotencyKey?: string | undefined;
  /** An answer of 401 is what the caller asks about, so nobody is asked to log in again. */
  mayBeLoggedOut?: boolean | undefined;
}

/** What the session contributes to calls; `session.ts` fills it in. */
export interface Keeper {
  csrfToken(): string | null;
  /** The session is over: resolves true once the candidate has logged in again, false if they will not. */
  logInAgain(): Promise<boolean>;
  /** The token was refused: resolves true when a newer one was found. */
  renewToken(): Promise<boolean>;
}

let keeper: Keeper = {
  csrfToken: () => null,
  logInAgain: () => Promise.resolve(false),
  renewToken: () => Promise.resolve(false),
};

/** Let the session take part in calls. */
export function setKeeper(newKeeper: Keeper): void {
  keeper = newKeeper;
}

/** Ask the API; log in again and renew the token where that helps. Throws ApiError. */
export async function call<Answer>(request: Call): Promise<Answer> {
  for (let renewed = false; ;) {
    try {
      return (await attempt(request)) as Answer;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : null;
      if (code === "not_logged_in" && !request.mayBeLoggedOut && (await keeper.logInAgain())) {
        continue;
      }
      if (code === "csrf_token_wrong" && !renewed && (await keeper.renewToken())) {
        renewed = true;
        continue;
      }
      throw error;
    }
  }
}

/** Reading does no harm twice, so it gets a second chance before the candidate hears of it. */
async function attempt(request: Call): Promise<unknown> {
  try {
    return await send(request);
  } catch (error) {
    const silent = error instanceof ApiError && error.failure.kind === "unreachable";
    if (request.method !== "GET" || !silent || navigator.onLine === false) {
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_AFTER_MS));
    return send(request);
  }
}

async function send(request: Call): Promise<unknown> {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(),
    request.method === "GET" ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS,
  );
  try {
    const response = await fetch(`/api${request.path}`, {
      method: request.method,
      headers: headersOf(request),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      credentials: "same-origin",
      cache: "no-store",
      signal: abort.signal,
    });
    learnServerTime(response.headers.get("X-Server-Time") ?? response.headers.get("Date"));
    const text = await response.text();
    if (!response.ok) {
      throw new ApiError(failureOf(response.status, text));
    }
    return text === "" ? undefined : parsed(response.status, text);
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError({ kind: "unreachable" });
  } finally {
    clearTimeout(timer);
  }
}

function headersOf(request: Call): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (request.body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const token = keeper.csrfToken();
  if (request.method !== "GET" && token !== null) {
    headers["X-CSRF-Token"] = token;
  }
  if (request.idempotencyKey !== undefined) {
    headers["Idempotency-Key"] = request.idempotencyKey;
  }
  return headers;
}

function parsed(status: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError({ kind: "broken", status, reference: null });
  }
}

/** What an answer of 4xx or 5xx means; also where something before the API answered, without a problem. */
export function failureOf(status: number, text: string): Failure {
  const problem = problemIn(text);
  if (status >= 500 && status !== 503) {
    return { kind: "broken", status, reference: problem?.reference ?? null };
  }
  if (problem !== null) {
    return { kind: "refused", problem };
  }
  if (status === 503 || status === 504) {
    return { kind: "broken", status, reference: null };
  }
  const [code, detail] = GATEWAY_REFUSALS[status] ?? ["refused", "这个请求没有被接受，请刷新页面后重试。"];
  return { kind: "refused", problem: { status, code, detail, title: code } };
}

const GATEWAY_REFUSALS: Record<number, [string, string]> = {
  401: ["not_logged_in", "请先登录。"],
  404: ["not_found", "没有找到。"],
  413: ["too_large", "提交的内容过大。"],
  429: ["too_many_requests", "操作过于频繁，请稍后再试。"],
};

function problemIn(text: string): Problem | null {
  try {
    const found: unknown = JSON.parse(text);
    const looksRight = typeof found === "object" && found !== null && "code" in found && "detail" in found;
    return looksRight ? (found as Problem) : null;
  } catch {
    return null;
  }
}

function sentenceOf(failure: Failure): string {
  switch (failure.kind) {
    case "refused":
      return failure.problem.detail;
    case "unreachable":
      return "网络不通或没有回应，已填写的内容都还在。请检查网络后重试。";
    case "broken": {
      const said = failure.reference === null ? "" : `（编号 ${failure.reference}）`;
      return `系统暂时出错，已填写的内容都还在，请稍后重试${said}。`;
    }
  }
}
