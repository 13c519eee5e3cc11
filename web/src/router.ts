/** Which address shows which page, who may see it, and where the focus goes on the way. */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";
import ChangePage from "./pages/ChangePage.vue";
import CommitmentPage from "./pages/CommitmentPage.vue";
import ConfirmPage from "./pages/ConfirmPage.vue";
import EditPage from "./pages/EditPage.vue";
import ExamPage from "./pages/ExamPage.vue";
import ExamsPage from "./pages/ExamsPage.vue";
import HelpPage from "./pages/HelpPage.vue";
import LoginPage from "./pages/LoginPage.vue";
import MaterialsPage from "./pages/MaterialsPage.vue";
import MePage from "./pages/MePage.vue";
import MissingPage from "./pages/MissingPage.vue";
import PaymentPage from "./pages/PaymentPage.vue";
import RecoverPage from "./pages/RecoverPage.vue";
import RegisterPage from "./pages/RegisterPage.vue";
import RegistrationPage from "./pages/RegistrationPage.vue";
import RegistrationsPage from "./pages/RegistrationsPage.vue";
import { pathWithin } from "./paths";
import { session, sessionIsKnown } from "./session";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** Only for somebody who is logged in (`candidate`), or who is not (`guest`). */
    audience?: "candidate" | "guest";
  }
}

const candidate = (title: string) => ({ title, audience: "candidate" as const });
const guest = (title: string) => ({ title, audience: "guest" as const });

const routes: RouteRecordRaw[] = [
  { path: "/", component: ExamsPage, meta: { title: "考试" } },
  { path: "/exams/:examId", component: ExamPage, props: true, meta: { title: "考试详情" } },
  { path: "/help", component: HelpPage, meta: { title: "帮助" } },
  { path: "/register", component: RegisterPage, meta: guest("注册") },
  { path: "/login", component: LoginPage, meta: guest("登录") },
  { path: "/recover", component: RecoverPage, meta: { title: "找回用户名或密码" } },
  { path: "/me", component: MePage, meta: candidate("我的信息") },
  { path: "/registrations", component: RegistrationsPage, meta: candidate("我的报名") },
  {
    path: "/registrations/:registrationId",
    component: RegistrationPage,
    props: true,
    meta: candidate("报名详情"),
  },
  {
    path: "/registrations/:registrationId/edit",
    component: EditPage,
    props: true,
    meta: candidate("填写报名信息"),
  },
  {
    path: "/registrations/:registrationId/confirm",
    component: ConfirmPage,
    props: true,
    meta: candidate("确认报名信息"),
  },
  {
    path: "/registrations/:registrationId/commitment",
    component: CommitmentPage,
    props: true,
    meta: candidate("告知承诺书"),
  },
  {
    path: "/registrations/:registrationId/change",
    component: ChangePage,
    props: true,
    meta: candidate("申请修改报名信息"),
  },
  {
    path: "/registrations/:registrationId/materials",
    component: MaterialsPage,
    props: true,
    meta: candidate("核查材料"),
  },
  {
    path: "/registrations/:registrationId/payment",
    component: PaymentPage,
    props: true,
    meta: candidate("缴费"),
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
