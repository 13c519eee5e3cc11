import { beforeEach, expect, test, vi } from "vitest";
import { call } from "../src/api";
import { keepDraft, readDraft } from "../src/drafts";
import { declineToLogIn, enter, leave, session, sessionIsKnown } from "../src/session";
import type { Session } from "../src/types";
import { FakeStorage, problem, serve } from "./browser";

const sessionOf = (username: string, csrf_token = "t"): Session =>
  ({ account: { username }, csrf_token, expires_at: "2026-07-01T00:00:00Z" }) as Session;

beforeEach(() => {
  vi.stubGlobal("sessionStorage", new FakeStorage());
  vi.stubGlobal("localStorage", new FakeStorage());
  vi.stubGlobal("navigator", { onLine: true });
  declineToLogIn();
});

test("a request waits while its candidate logs in again, and then goes out with the new token", async () => {
  enter(sessionOf("a", "old"));
  const asked = serve(problem(401, "not_logged_in"), { status: 200, body: "saved" });
  const answer = call({ method: "PUT", path: "/x", body: {} });
  await vi.waitFor(() => expect(session.mustLogInAgain).toBe(true));
  enter(sessionOf("a", "new"));
  expect(await answer).toBe("saved");
  expect(asked.map((one) => one.headers["X-CSRF-Token"])).toEqual(["old", "new"]);
  expect(session.mustLogInAgain).toBe(false);
});

test("what one candidate was sending never goes out in another's name", async () => {
  enter(sessionOf("a"));
  keepDraft("credential", { school: "甲" });
  const asked = serve(problem(401, "not_logged_in"));
  const failed = call({ method: "POST", path: "/credentials", body: {} }).catch((error: unknown) => error);
  await vi.waitFor(() => expect(session.mustLogInAgain).toBe(true));
  const turn = session.turn;
  enter(sessionOf("b"));
  expect(await failed).toMatchObject({ code: "not_logged_in" });
  expect(asked).toHaveLength(1);
  expect(readDraft("credential")).toBeNull();
  expect(session.turn).toBe(turn + 1);
});

test("a token of an older session is renewed, but not for somebody else", async () => {
  enter(sessionOf("a", "old"));
  serve(
    problem(403, "csrf_token_wrong"),
    { status: 200, body: sessionOf("a", "new") },
    { status: 200, body: "done" },
  );
  expect(await call({ method: "PUT", path: "/x", body: {} })).toBe("done");
  serve(problem(403, "csrf_token_wrong"), { status: 200, body: sessionOf("b", "theirs") });
  await expect(call({ method: "PUT", path: "/x", body: {} })).rejects.toMatchObject({
    code: "csrf_token_wrong",
  });
});

test("logging out forgets what was typed, also where the session was over already", async () => {
  enter(sessionOf("a"));
  keepDraft("credential", { school: "甲" });
  serve(problem(401, "not_logged_in"));
  await leave();
  expect(session.status).toBe("out");
  expect(readDraft("credential")).toBeNull();
});

test("without a network nobody is logged out by their browser", async () => {
  enter(sessionOf("a"));
  serve("lost");
  await expect(leave()).rejects.toThrow();
  expect(session.status).toBe("in");
});

test("who is logged in is asked once, however many pages ask", async () => {
  vi.resetModules();
  const fresh = await import("../src/session");
  const asked = serve(problem(401, "not_logged_in"));
  await Promise.all([fresh.sessionIsKnown(), fresh.sessionIsKnown()]);
  expect(fresh.session.status).toBe("out");
  expect(asked).toHaveLength(1);
  expect(sessionIsKnown).not.toBe(fresh.sessionIsKnown);
});
