/** The gaps between words of one line: the compiler drops a line break between two elements. */
import { afterEach, expect, test, vi } from "vitest";
import { createSSRApp, type Component } from "vue";
import { renderToString } from "vue/server-renderer";
import MaterialItem from "../src/components/MaterialItem.vue";
import WindowsTable from "../src/components/WindowsTable.vue";

afterEach(() => {
  vi.useRealTimers();
});

async function words(component: Component, props: Record<string, unknown>): Promise<string> {
  const html = await renderToString(createSSRApp(component, props));
  return html
    .replace(/<!--.*?-->/g, "")
    .replace(/<\/?(span|strong)[^>]*>/g, "")
    .replace(/<[^>]*>/g, "\n")
    .replace(/ +/g, " ");
}

test("a window's days are apart, so that a phone can break between them, and so is what is open", async () => {
  vi.useFakeTimers({ now: Date.parse("2026-07-10T09:00:00+08:00") });
  const window = { start: "2026-07-01T09:00:00+08:00", end: "2026-07-17T09:00:00+08:00" };
  const windows = { registration: window, review: window, payment: window, ticket: window };
  const html = await renderToString(createSSRApp(WindowsTable, { windows, caption: "时间" }));
  expect(html).toContain("</span> 至 <span");
  expect(await words(WindowsTable, { windows, caption: "时间" })).toContain("进行中 还剩 7 天");
});

test("a file's name and its state are two words", async () => {
  const material = {
    material_id: "m1",
    file_name: "photo.jpg",
    kind_label: "照片",
    state: "accepted",
    state_label: "通过",
    size_bytes: 1000,
    uploaded_at: "2026-07-10T09:00:00+08:00",
    removal: { allowed: true },
  };
  expect(await words(MaterialItem, { registrationId: "r1", material })).toContain("photo.jpg 通过");
});
