/** Who is logged in here, and what happens when the session ends in the middle of something. */
import { computed, reactive } from "vue";
import { ApiError, setKeeper } from "./api";
import { forgetDrafts } from "./drafts";
import * as endpoints from "./endpoints";
import type { Account, Session } from "./types";

interface State {
  /** `unknown` until the server was asked once. */
  status: "unknown" | "in" | "out";
  account: Account | null;
  csrfToken: string | null;
  /** The session ended while a page was in use: the log-in panel is shown in place. */
  mustLogInAgain: boolean;
  /** Raised when somebody else is logged in here: what the page shows is no longer theirs. */
  turn: number;
}

export const session = reactive<State>({
  status: "unknown",
  account: null,
  csrfToken: null,
  mustLogInAgain: false,
  turn: 0,
});

export const isLoggedIn = computed(() => session.status === "in");

let waiting: ((loggedIn: boolean) => void)[] = [];
let firstReading: Promise<void> | null = null;

/** Take over what logging in or opening an account answered. */
export function enter(answer: Session): void {
  const before = session.account?.username;
  const isSomebodyElse = before !== undefined && before !== answer.account.username;
  if (isSomebodyElse) {
    forgetDrafts();
    session.turn++;
  }
  session.status = "in";
  session.account = answer.account;
  session.csrfToken = answer.csrf_token;
  tellOtherTabs(answer.account.username);
  // What one candidate was sending must not go out in another's name.
  settleWaiting(!isSomebodyElse);
}

const WHO = "logged-in-as";

/** The cookie is the same in all tabs: another candidate's log-in there is a log-in here. */
function tellOtherTabs(username: string): void {
  try {
    localStorage.setItem(WHO, username);
  } catch {
    // A browser that keeps nothing tells nothing; the next request finds out.
  }
}

/** Follow what other tabs do; once, at the start. */
export function listenToOtherTabs(): void {
  window.addEventListener("storage", (event) => {
    const before = session.account?.username;
    if (event.key === WHO && before !== undefined && event.newValue !== null && event.newValue !== before) {
      void readSession().catch(() => undefined);
    }
  });
}

/** Ask the server who is logged in; throws only when it cannot be reached. */
export async function readSession(): Promise<void> {
  try {
    enter(await endpoints.readSession());
  } catch (error) {
    if (!(error instanceof ApiError) || error.code === null) {
      throw error;
    }
    becomeLoggedOut();
  }
}

/** The same, once for the life of the page. */
export function sessionIsKnown(): Promise<void> {
  firstReading ??= readSession().catch((error: unknown) => {
    firstReading = null;
    throw error;
  });
  return session.status === "unknown" ? firstReading : Promise.resolve();
}

/** End the session here and on the server. */
export async function leave(): Promise<void> {
  await endpoints.logOut().catch((error: unknown) => {
    if (!(error instanceof ApiError) || error.code !== "not_logged_in") {
      throw error;
    }
  });
  forgetDrafts();
  becomeLoggedOut();
}

/** The candidate closed the log-in panel: what waited for it fails. */
export function declineToLogIn(): void {
  becomeLoggedOut();
}

function becomeLoggedOut(): void {
  session.status = "out";
  session.account = null;
  session.csrfToken = null;
  settleWaiting(false);
}

function settleWaiting(loggedIn: boolean): void {
  session.mustLogInAgain = false;
  const settled = waiting;
  waiting = [];
  settled.forEach((settle) => settle(loggedIn));
}

setKeeper({
  csrfToken: () => session.csrfToken,
  logInAgain() {
    if (session.status !== "in") {
      return Promise.resolve(false);
    }
    session.mustLogInAgain = true;
    return new Promise((resolve) => waiting.push(resolve));
  },
  async renewToken() {
    const [before, token] = [session.account?.username, session.csrfToken];
    await readSession();
    // Another tab logged in as somebody else: nothing may be sent in that name.
    return session.account?.username === before && session.csrfToken !== token;
  },
});
