/** Which address shows which page, who may see it, and where the focus goes on the way. */
import { ref } from "vue";
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import ExamPage from "./pages/ExamPage.vue";
import ExamsPage from "./pages/ExamsPage.vue";
import MissingPage from "./pages/MissingPage.vue";
import { pathWithin } from "./paths";
import { session, sessionIsKnown } from "./session";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** Only for somebody who is logged in (`candidate`), or who is not (`guest`). */
    audience?: "candidate" | "guest";
  }
}

/** What a stranger sees first is there at once; the rest comes in three pieces, and early (`loadAhead`). */
const help = () => import("./pages/HelpPage.vue");
const forGuests = () => import("./pages/forGuests");
const forCandidates = () => import("./pages/forCandidates");
type Guests = Awaited<ReturnType<typeof forGuests>>;
type Candidates = Awaited<ReturnType<typeof forCandidates>>;
const guestPage = (name: keyof Guests) => async () => (await forGuests())[name];
const candidatePage = (name: keyof Candidates) => async () => (await forCandidates())[name];

const candidate = (title: string) => ({ title, audience: "candidate" as const });
const guest = (title: string) => ({ title, audience: "guest" as const });

const routes: RouteRecordRaw[] = [
  { path: "/", component: ExamsPage, meta: { title: "考试" } },
  { path: "/exams/:examId", component: ExamPage, props: true, meta: { title: "考试详情" } },
  { path: "/help", component: help, meta: { title: "帮助" } },
  { path: "/register", component: guestPage("RegisterPage"), meta: { title: "注册" } },
  { path: "/login", component: guestPage("LoginPage"), meta: guest("登录") },
  { path: "/recover", component: guestPage("RecoverPage"), meta: { title: "找回用户名或密码" } },
  { path: "/me", component: candidatePage("MePage"), meta: candidate("我的信息") },
  { path: "/registrations", component: candidatePage("RegistrationsPage"), meta: candidate("我的报名") },
  {
    path: "/registrations/:registrationId",
    component: candidatePage("RegistrationPage"),
    props: true,
    meta: candidate("报名详情"),
  },
  {
    path: "/registrations/:registrationId/edit",
    component: candidatePage("EditPage"),
    props: true,
    meta: candidate("填写报名信息"),
  },
  {
    path: "/registrations/:registrationId/confirm",
    component: candidatePage("ConfirmPage"),
    props: true,
    meta: candidate("确认报名信息"),
  },
  {
    path: "/registrations/:registrationId/commitment",
    component: candidatePage("CommitmentPage"),
    props: true,
    meta: candidate("告知承诺书"),
  },
  {
    path: "/registrations/:registrationId/change",
    component: candidatePage("ChangePage"),
    props: true,
    meta: candidate("申请修改报名信息"),
  },
  {
    path: "/registrations/:registrationId/materials",
    component: candidatePage("MaterialsPage"),
    props: true,
    meta: candidate("核查材料"),
  },
  {
    path: "/registrations/:registrationId/payment",
    component: candidatePage("PaymentPage"),
    props: true,
    meta: candidate("缴费"),
  },
  {
    path: "/registrations/:registrationId/receipts/:orderId",
    component: candidatePage("ReceiptPage"),
    props: true,
    meta: candidate("缴费凭证"),
  },
  { path: "/:pathMatch(.*)*", component: MissingPage, meta: { title: "没有这个页面" } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(async (to) => {
  if (to.meta.audience === undefined) {
    return true;
  }
  try {
    await sessionIsKnown();
  } catch {
    // Not reached: the page itself says so, and asks again.
    return true;
  }
  if (to.meta.audience === "candidate" && session.status === "out") {
    return { path: "/login", query: { next: to.fullPath } };
  }
  if (to.meta.audience === "guest" && session.status === "in") {
    return pathWithin(to.query["next"]) ?? "/registrations";
  }
  return true;
});

router.afterEach((to, from, failure) => {
  if (failure) {
    return;
  }
  document.title = `${to.meta.title} - 报考 Baokao`;
  const isFirst = from.matched.length === 0;
  if (!isFirst && to.path !== from.path) {
    // A reader hears the new page from its heading on.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true }),
    );
  }
});

/** Where a page leads whose script did not arrive; said above what is there. */
export const notArrived = ref<string | null>(null);

router.onError((_error, to, from) => {
  if (from.matched.length === 0 || navigator.onLine === false) {
    notArrived.value = to.fullPath;
  } else {
    // There may be a newer version of the pages, without the file that was asked for: begin with that.
    window.location.assign(to.fullPath);
  }
});
router.beforeEach(() => {
  notArrived.value = null;
});

const AHEAD_AFTER_MS = 1_500;

/** Load every page while the first is read, so that the others open at once, also on a network that is lost. */
export async function loadAhead(): Promise<void> {
  await router.isReady();
  setTimeout(() => void Promise.allSettled([forCandidates(), forGuests(), help()]), AHEAD_AFTER_MS);
}
