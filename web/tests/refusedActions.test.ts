/** Beside each button that cannot be used: why, which question answers it, and from when it can be. */
import { afterEach, expect, test, vi } from "vitest";
import { createSSRApp, h, type Slots } from "vue";
import { renderToString } from "vue/server-renderer";
import RefusedActions from "../src/components/RefusedActions.vue";
import type { Permission } from "../src/types";

afterEach(() => {
  vi.useRealTimers();
});

const link = (props: { to: string }, { slots }: { slots: Slots }) =>
  h("a", { href: props.to }, slots["default"]?.());

async function shown(actions: { label: string; permission: Permission }[]): Promise<string> {
  vi.useFakeTimers({ now: Date.parse("2026-07-10T09:00:00+08:00") });
  const app = createSSRApp(RefusedActions, { actions }).component("RouterLink", link);
  return (await renderToString(app)).replace(/<!--.*?-->/g, "");
}

test("a refused action keeps its button and says why, with its question and its moment", async () => {
  const permission = {
    allowed: false,
    code: "payment_not_open",
    reason: "缴费尚未开始。",
    faq: 18,
    changes_at: "2026-07-12T09:00:00+08:00",
  };
  const html = await shown([{ label: "去缴费", permission }]);
  expect(html).toMatch(/<button[^>]*aria-disabled="true"[^>]*>去缴费/);
  expect(html).toContain("缴费尚未开始。");
  expect(html).toContain('href="/help#q18"');
  expect(html).toContain("2026年7月12日 09:00 起可以办理，还有 2 天");
});

test("actions with one reason share its sentence, those with two do not", async () => {
  const over = { allowed: false, code: "registration_over", reason: "报名已经截止。" };
  const paid = { allowed: false, code: "already_paid", reason: "已缴费，报名完成。", faq: 17 };
  const html = await shown([
    { label: "修改报名信息", permission: over },
    { label: "确认报名信息", permission: over },
    { label: "放弃报名", permission: paid },
  ]);
  expect(html.match(/报名已经截止。/g)).toHaveLength(1);
  expect(html.match(/<button/g)).toHaveLength(3);
  expect(html).toContain("已缴费，报名完成。");
});
