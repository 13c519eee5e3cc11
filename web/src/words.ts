/** Chinese words for the codes of the API that come without their own. */
import type {
  ChangeField,
  Commitment,
  Credential,
  CredentialKind,
  CredentialLevel,
  IdType,
  MaterialKind,
  Provider,
} from "./types";

export const ID_TYPES: Record<IdType, string> = {
  resident_id: "居民身份证",
  passport: "护照",
  hk_macao_permit: "港澳居民来往内地通行证",
  taiwan_permit: "台湾居民来往大陆通行证",
  foreign_resident_card: "外国人永久居留身份证",
};

export const CREDENTIAL_KINDS: Record<CredentialKind, string> = { education: "学历", degree: "学位" };

export const CREDENTIAL_LEVELS: Record<CredentialLevel, string> = {
  secondary: "中专、高中及以下",
  junior_college: "大专",
  undergraduate: "本科",
  postgraduate: "研究生",
  bachelor: "学士",
  master: "硕士",
  doctor: "博士",
};

export const LEVELS_OF_KIND: Record<CredentialKind, readonly CredentialLevel[]> = {
  education: ["junior_college", "undergraduate", "postgraduate", "secondary"],
  degree: ["bachelor", "master", "doctor"],
};

export const MISMATCHED_FIELDS: Record<string, string> = {
  name: "姓名",
  id_type: "证件类型",
  id_number: "证件号码",
  level: "层次",
  school: "毕业院校",
  major: "专业",
  certificate_no: "证书编号",
  obtained_on: "取得日期",
};

export const MATERIAL_KINDS: Record<MaterialKind, string> = {
  id_photo: "身份证件",
  education_certificate: "学历证书",
  degree_certificate: "学位证书",
  foreign_certificate: "教育部留学服务中心认证书",
  name_change_proof: "姓名变更证明",
  exemption_proof: "免试条件证明",
  change_form: "信息修改表",
  other: "其他材料",
};

export const COMMITMENTS: Record<Commitment, string> = {
  adopted: "采用告知承诺制",
  declined: "不采用告知承诺制",
  withdrawn: "采用后已撤回",
  not_eligible: "不适用告知承诺制",
};

export const CHANGE_FIELDS: Record<ChangeField, string> = {
  level: "报考级别",
  major: "报考专业",
  subjects: "报考科目",
  site: "报名点",
  education_id: "学历",
  degree_id: "学位",
};

/** A record as it is chosen in a registration. */
export function recordName(record: Credential | undefined): string | undefined {
  return record && `${CREDENTIAL_LEVELS[record.level]}，${record.school}，${record.major}`;
}

const PLATFORMS: Record<string, string> = {
  city: "市人事考试机构",
  provincial: "省人事考试网",
  national: "中国人事考试网",
};

/** Which platform holds an exam (FAQ 20). */
export const platformName = (platform: string): string => PLATFORMS[platform] ?? platform;

export const PROVIDERS: Record<Provider, string> = { alipay: "支付宝", wechatpay: "微信支付" };

/** A provider by the name that the API gives it. */
export const providerName = (provider: string): string => PROVIDERS[provider as Provider] ?? provider;

/** 去支付宝支付, 去微信支付 */
export const goAndPay = (provider: string): string => `去${providerName(provider).replace(/支付$/, "")}支付`;

/** What the providers' own records call their number of a payment. */
export const tradeNumberName = (provider: string): string =>
  provider === "wechatpay" ? "微信支付交易单号" : `${providerName(provider)}交易号`;

export const SECURITY_QUESTIONS = [
  "您小学的校名是什么？",
  "您第一位班主任的姓名是什么？",
  "您母亲的出生地是哪里？",
  "您童年最好的朋友叫什么名字？",
  "您第一份工作的单位名称是什么？",
  "您第一次乘火车去的城市是哪里？",
  "您养过的第一只宠物叫什么名字？",
  "您最喜欢的一本书是什么？",
] as const;
