import { beforeEach, expect, test, vi } from "vitest";
import { effectScope, nextTick } from "vue";
import { forgetDrafts, keepDraft, readDraft, useDraft } from "../src/drafts";
import { FakeStorage } from "./browser";

beforeEach(() => {
  vi.stubGlobal("sessionStorage", new FakeStorage());
});

function open<T extends object>(name: string, blank: T) {
  const scope = effectScope();
  const draft = scope.run(() => useDraft(name, blank));
  if (draft === undefined) {
    throw new Error("no draft");
  }
  return { ...draft, close: () => scope.stop() };
}

test("what was typed is there after a reload", () => {
  const page = open("register", { phone: "", questions: ["", ""] });
  page.fields.phone = "13800000001";
  page.fields.questions[1] = "您小学的校名是什么？";
  page.close();
  expect(open("register", { phone: "", questions: ["", ""] }).fields).toEqual({
    phone: "13800000001",
    questions: ["", "您小学的校名是什么？"],
  });
});

test("a draft that was sent is gone, also when the form is emptied afterwards", async () => {
  const page = open("credential", { school: "" });
  page.fields.school = "沈阳建筑大学";
  page.forget();
  page.fields.school = "";
  await nextTick();
  expect(readDraft("credential")).toBeNull();
});

test("fields that a form no longer has are not brought back", () => {
  keepDraft("login", { login: "a", password: "never" });
  expect(open("login", { login: "" }).fields).toEqual({ login: "a" });
});

test("whoever sits here next finds no drafts, and what is not ours stays", () => {
  keepDraft("a", 1);
  sessionStorage.setItem("other", "stays");
  forgetDrafts();
  expect(readDraft("a")).toBeNull();
  expect(sessionStorage.getItem("other")).toBe("stays");
});

test("a browser that keeps nothing costs the draft and no more", () => {
  vi.stubGlobal("sessionStorage", {
    getItem: () => {
      throw new Error("denied");
    },
    setItem: () => {
      throw new Error("full");
    },
  });
  const page = open("register", { phone: "" });
  page.fields.phone = "13800000001";
  expect(page.fields.phone).toBe("13800000001");
});

test("a broken draft is none", () => {
  sessionStorage.setItem("draft:register", "{broken");
  expect(open("register", { phone: "" }).fields).toEqual({ phone: "" });
});
