/** What can be said of an input before it is sent. The API decides; this only spares a round trip. */
import type { IdType } from "./types";

type Verdict = string | null;

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_DIGITS = "10X98765432";

export function required(value: string, sentence: string): Verdict {
  return value.trim() === "" ? sentence : null;
}

export function phone(value: string): Verdict {
  return /^1[3-9]\d{9}$/.test(value.trim()) ? null : "请填写 11 位大陆手机号码。";
}

export function smsCode(value: string): Verdict {
  return /^\d{6}$/.test(value.trim()) ? null : "请填写短信中的 6 位数字。";
}

export function username(value: string): Verdict {
  return /^[A-Za-z][A-Za-z0-9_]{3,19}$/.test(value)
    ? null
    : "用户名为 4 至 20 位字母、数字或下划线，以字母开头。";
}

export function password(value: string, name: string): Verdict {
  const kinds = [/\p{L}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(value)).length;
  if (value.length < 8 || value.length > 64 || kinds < 2) {
    return "密码为 8 至 64 位，至少含字母、数字、符号中的两种。";
  }
  const contained = name !== "" && value.toLowerCase().includes(name.toLowerCase());
  return contained ? "密码不能包含用户名。" : null;
}

export function idNumber(type: IdType, value: string): Verdict {
  const number = value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  if (number === "") {
    return "请填写证件号码。";
  }
  if (type !== "resident_id" || /^\d{15}$/.test(number)) {
    return null;
  }
  if (!/^\d{17}[\dX]$/.test(number)) {
    return "居民身份证号码为 18 位，最后一位可以是 X。";
  }
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  return CHECK_DIGITS[sum % 11] === number[17] ? null : "证件号码有误，请逐位核对。";
}

export function certificateNo(value: string): Verdict {
  return /^[0-9A-Za-z（）()-]{4,40}$/.test(value.trim())
    ? null
    : "证书编号为 4 至 40 位字母、数字、括号或连字符。";
}
