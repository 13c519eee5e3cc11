"""The faults as switches on the page: their words, their kinds, and how a form says them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args, get_origin

import msgspec

from local.simulators.faults import (
    AlipayFaults,
    Faults,
    ObjectsFaults,
    SmsFaults,
    VerificationFaults,
    WechatPayFaults,
)

_PAYMENT_WORDS = {
    "lose_notices": "丢失所有通知 / lose notices",
    "repeat_notices": "每条通知重复几次 / repeat notices",
    "delay_notices_s": "通知推迟几秒 / delay notices (s)",
    "reorder_notices": "打乱通知次序 / reorder notices",
    "silent": "网关不应答 / gateway silent",
    "answer_late_s": "网关照办但迟几秒才应答 / answer late (s)",
    "error_500": "网关返回 500 / gateway 500",
    "pay_twice": "允许重复付款 / pay twice",
    "pay_after_expiry": "允许超时后付款 / pay after expiry",
    "bill_lacks_row": "对账单缺最后一行 / bill lacks row",
    "bill_wrong_total": "对账单合计有误 / bill wrong total",
    "bill_late_s": "对账单晚出几秒 / bill late (s)",
}
WORDS = {
    "alipay": _PAYMENT_WORDS
    | {
        "balance_too_low": "余额不足，不能退款 / balance too low",
    },
    "wechatpay": _PAYMENT_WORDS
    | {
        "old_key": "通知用迁移前的旧公钥签名 / old key",
        "probe_notices": "每条通知之前先发错误签名探测 / probe notices",
        "probe_answers": "应答一律带错误签名 / probe answers",
        "foreign_currency": "以美元通知付款 / foreign currency",
        "refund_delay_s": "退款几秒后完成 / refund delay (s)",
        "refund_abnormal": "退款异常 / refund abnormal",
        "refund_closed": "退款关闭 / refund closed",
        "balance_too_low": "商户余额不足，无法退款 / balance too low",
    },
    "sms": {
        "silent": "不应答 / silent",
        "error_500": "返回 500",
        "refuse": "全部拒发（余额不足）/ refuse",
        "lose_messages": "接受但不送达 / lose messages",
    },
    "verification": {
        "delay_s": "几秒后有结果 / delay (s)",
        "silent": "不应答 / silent",
        "error_500": "返回 500",
        "error": "结果一律为 ERROR / error",
        "strangers": "名单以外的人和证书的结果 / strangers",
    },
    "objects": {
        "silent": "不应答 / silent",
        "error_500": "返回 500",
    },
}
NAMES = {
    "alipay": "支付宝 / Alipay",
    "wechatpay": "微信支付 / WeChat Pay",
    "sms": "短信 / SMS",
    "verification": "核验 / verification",
    "objects": "文件存储 / S3",
}
_KINDS: dict[str, type[msgspec.Struct]] = {
    "alipay": AlipayFaults,
    "wechatpay": WechatPayFaults,
    "sms": SmsFaults,
    "verification": VerificationFaults,
    "objects": ObjectsFaults,
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One fault on the page; `choices` where it is one of a few words, `step` where it is a number."""

    name: str
    words: str
    value: object
    choices: tuple[str, ...] = ()
    step: str = ""


def switches(faults: Faults) -> dict[str, list[Switch]]:
    """All switches of all parties as they stand."""
    return {
        party: [
            _switch(field, WORDS[party][field.name], getattr(getattr(faults, party), field.name))
            for field in msgspec.structs.fields(kind)
        ]
        for party, kind in _KINDS.items()
    }


def wanted_by_form(party: str, form: Mapping[str, str]) -> dict[str, object]:
    """What a form of one party wants; a box that is not ticked is not sent, and means off."""
    wanted: dict[str, object] = {}
    for switch in switches(Faults()).get(party, []):
        text = form.get(switch.name, "").strip()
        if isinstance(switch.value, bool):
            wanted[switch.name] = bool(text)
        elif switch.choices:
            wanted[switch.name] = text
        else:
            # What is no number goes on as it is, and is refused with the others' words.
            wanted[switch.name] = _number(text or "0")
    return {party: wanted}


def _switch(field: msgspec.structs.FieldInfo, words: str, value: object) -> Switch:
    if get_origin(field.type) is Literal:
        return Switch(field.name, words, value, choices=get_args(field.type))
    if isinstance(value, bool):
        return Switch(field.name, words, value)
    return Switch(field.name, words, value, step="1" if isinstance(field.default, int) else "any")


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
