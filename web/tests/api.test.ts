import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, call, failureOf, setKeeper, type Keeper } from "../src/api";
import { makeForm } from "../src/form";
import { problem, serve } from "./browser";

const nobody: Keeper = {
  csrfToken: () => null,
  logInAgain: () => Promise.resolve(false),
  renewToken: () => Promise.resolve(false),
};

beforeEach(() => {
  vi.stubGlobal("navigator", { onLine: true });
  setKeeper(nobody);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function failureIn(promise: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ApiError)) {
    throw new Error("it did not fail");
  }
  return error;
}

test("a refusal keeps its code, its field and its sentence", async () => {
  serve(problem(422, "id_number_invalid", { field: "id_number", faq: 5 }));
  const error = await failureIn(call({ method: "POST", path: "/accounts", body: {} }));
  expect(error.code).toBe("id_number_invalid");
  expect(error.message).toBe("说明 id_number_invalid");
  expect(error.outcomeIsUnknown).toBe(false);
});

test("a fault of ours is said with its number", async () => {
  serve(problem(500, "fault", { reference: "abc123" }));
  const error = await failureIn(call({ method: "POST", path: "/registrations", body: {} }));
  expect(error.failure).toEqual({ kind: "broken", status: 500, reference: "abc123" });
  expect(error.message).toContain("abc123");
  expect(error.outcomeIsUnknown).toBe(true);
});

test("what API Gateway refuses by itself is said in words, too", () => {
  expect(failureOf(429, '{"message":"Too Many Requests"}')).toMatchObject({
    kind: "refused",
    problem: { code: "too_many_requests" },
  });
  expect(failureOf(504, '{"message":"Endpoint request timed out"}')).toMatchObject({
    kind: "broken",
    status: 504,
  });
  expect(failureOf(403, "<html>")).toMatchObject({ kind: "refused", problem: { code: "refused" } });
});

test("a provider that is silent is a refusal in its own words", () => {
  const text = JSON.stringify({ title: "", status: 503, code: "provider_unavailable", detail: "请稍后再试" });
  expect(failureOf(503, text)).toMatchObject({ kind: "refused", problem: { code: "provider_unavailable" } });
});

test("a lost reading is asked again before the candidate hears of it", async () => {
  vi.useFakeTimers();
  const asked = serve("lost", { status: 200, body: { exams: [] } });
  const answer = call({ method: "GET", path: "/exams" });
  await vi.advanceTimersByTimeAsync(2000);
  expect(await answer).toEqual({ exams: [] });
  expect(asked).toHaveLength(2);
});

test("a lost change is never sent again by itself", async () => {
  const asked = serve("lost");
  const error = await failureIn(call({ method: "POST", path: "/registrations", body: {} }));
  expect(error.failure.kind).toBe("unreachable");
  expect(error.outcomeIsUnknown).toBe(true);
  expect(asked).toHaveLength(1);
});

test("silence ends in words", async () => {
  vi.useFakeTimers();
  vi.stubGlobal(
    "fetch",
    (_path: string, options: RequestInit) =>
      new Promise((_resolve, reject) => {
        options.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
      }),
  );
  const failed = failureIn(call({ method: "PUT", path: "/x", body: {} }));
  await vi.advanceTimersByTimeAsync(30_000);
  expect((await failed).failure.kind).toBe("unreachable");
});

test("only changing requests carry the token, and the key of an attempt", async () => {
  setKeeper({ ...nobody, csrfToken: () => "t1" });
  const asked = serve({ status: 200, body: {} }, { status: 201, body: {} });
  await call({ method: "GET", path: "/registrations" });
  await call({ method: "POST", path: "/x", body: { a: 1 }, idempotencyKey: "k1" });
  expect(asked[0]?.headers).not.toHaveProperty("X-CSRF-Token");
  expect(asked[1]?.headers).toMatchObject({ "X-CSRF-Token": "t1", "Idempotency-Key": "k1" });
  expect(asked[1]?.path).toBe("/api/x");
});

test("what an ended session interrupted goes on after logging in again", async () => {
  setKeeper({ ...nobody, logInAgain: () => Promise.resolve(true) });
  const asked = serve(problem(401, "not_logged_in"), { status: 200, body: { saved: true } });
  expect(await call({ method: "PUT", path: "/x", body: { typed: "还在" } })).toEqual({ saved: true });
  expect(asked.map((one) => one.body)).toEqual([{ typed: "还在" }, { typed: "还在" }]);
});

test("who will not log in again gets the refusal", async () => {
  serve(problem(401, "not_logged_in"));
  expect((await failureIn(call({ method: "GET", path: "/registrations" }))).code).toBe("not_logged_in");
});

test("a token that is too old is renewed once", async () => {
  setKeeper({ ...nobody, renewToken: () => Promise.resolve(true) });
  serve(problem(403, "csrf_token_wrong"), problem(403, "csrf_token_wrong"));
  expect((await failureIn(call({ method: "PUT", path: "/x", body: {} }))).code).toBe("csrf_token_wrong");
});

test.each([
  ["id_number", "id_number"],
  ["$.id_number", "id_number"],
  ["choices.level", "level"],
  ["security_questions.1.answer", "security_questions.1.answer"],
  ["$.security_questions[1].answer", "security_questions.1.answer"],
])("an error at %s stands beside the field %s", (path, name) => {
  const form = makeForm();
  ["id_number", "level", "security_questions.1.answer"].forEach((known) =>
    form.names.set(known, { id: known, label: known }),
  );
  form.show(
    new ApiError({
      kind: "refused",
      problem: { title: "", status: 422, code: "x", detail: "错", field: path },
    }),
  );
  expect(form.errors).toEqual({ [name]: "错" });
  expect(form.failure.value).toBeNull();
});

test("an error of a field that the form does not have is said for the whole", () => {
  const form = makeForm();
  form.show(
    new ApiError({
      kind: "refused",
      problem: { title: "", status: 422, code: "x", detail: "错", field: "site" },
    }),
  );
  expect(form.errors).toEqual({});
  expect(form.failure.value?.message).toBe("错");
});

test("a double click sends once", async () => {
  const form = makeForm();
  let sent = 0;
  const send = async (): Promise<void> => {
    sent++;
    await Promise.resolve();
  };
  await Promise.all([form.submit(() => ({}), send), form.submit(() => ({}), send)]);
  expect(sent).toBe(1);
});
