import { expect, test } from "vitest";
import { pathWithin } from "../src/paths";
import * as rules from "../src/rules";

test.each([
  "219999199003050011",
  "21999919910618002X",
  "21999919910618002x",
  " 2199 9919 9003 0500 11",
  "130503670401001",
])("%s can be a resident's ID number", (number) => {
  expect(rules.idNumber("resident_id", number)).toBeNull();
});

test.each(["", "219999199003050012", "21999919900305001", "2199991990030500111", "X19999199003050011"])(
  "%s can not",
  (number) => {
    expect(rules.idNumber("resident_id", number)).not.toBeNull();
  },
);

test("numbers of other IDs are the API's to judge", () => {
  expect(rules.idNumber("passport", "E12345678")).toBeNull();
});

test.each([
  ["Passw0rd", null],
  ["密码密码密码1234", null],
  ["short1!", "8 至 64"],
  ["onlyletters", "两种"],
  ["12345678", "两种"],
  ["xCandidate1!", "不能包含用户名"],
])("the password %s", (password, said) => {
  const verdict = rules.password(password, "candidate");
  if (said === null) {
    expect(verdict).toBeNull();
  } else {
    expect(verdict).toContain(said);
  }
});

test.each([
  ["13800000001", true],
  ["12800000001", false],
  ["１３８００００００００", false],
  ["1380000000", false],
])("the phone %s", (phone, good) => {
  expect(rules.phone(phone) === null).toBe(good);
});

test.each([
  ["/registrations/r1/payment?order=o1", true],
  ["//evil.example", false],
  ["/\\evil.example", false],
  ["https://evil.example", false],
  [undefined, false],
])("after logging in, %s is gone on to only within these pages", (next, good) => {
  expect(pathWithin(next)).toBe(good ? next : null);
});
