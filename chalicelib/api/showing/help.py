"""The twenty questions in our own words, and what each comes to for one candidate now.

The questions lie in `help.json`, read when first asked for. Rules are not decided here: what is said of a
registration is what its actions say.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import msgspec

from chalicelib.api import views, words
from chalicelib.domain.actions import EXPLANATIONS, Action, Reason, allowed_actions
from chalicelib.domain.china import CHINA
from chalicelib.domain.credential import CredentialKind
from chalicelib.domain.identity import masked_phone
from chalicelib.domain.registration import LABELS, Commitment, state_at
from chalicelib.domain.sms import SendOutcome
from chalicelib.usecases.registrations.help_for_me import OwnAffairs
from chalicelib.usecases.registrations.situation import Situation

_FILE = Path(__file__).with_name("help.json")
_ME = views.HelpLinkView(label="我的信息", path="/me")
_KINDS = {CredentialKind.EDUCATION: "学历", CredentialKind.DEGREE: "学位"}
_OUTCOMES = {
    SendOutcome.ACCEPTED: "已交给运营商，还没有回执",
    SendOutcome.UNKNOWN: "短信平台没有应答，不知是否发出",
    SendOutcome.DELIVERED: "已送达",
    SendOutcome.FAILED: "未能送达",
    SendOutcome.REFUSED: "未能发出",
}
_COMMITMENTS = {
    Commitment.ADOPTED: (12, "已采用告知承诺制"),
    Commitment.DECLINED: (12, "未采用告知承诺制，本年度此项考试不能再改为采用"),
    Commitment.NOT_ELIGIBLE: (12, "不适用告知承诺制"),
    Commitment.WITHDRAWN: (13, "已撤回告知承诺，按现场核查办理"),
}
_SAYS_NOTHING = frozenset(
    {
        Reason.NOTHING_TO_CHECK,
        Reason.NOTHING_TO_CANCEL,
        Reason.NOTHING_TO_PROVE,
        Reason.EDIT_INSTEAD,
        Reason.COMMITMENT_NOT_ADOPTED,
    }
)
"""True, but no news to anybody who asks for help."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence about one question, with the page that it is about."""

    number: int
    sentence: str
    link: views.HelpLinkView


@cache
def help_view() -> views.HelpView:
    """The twenty questions."""
    questions = msgspec.json.decode(_FILE.read_bytes(), type=tuple[views.HelpQuestionView, ...])
    return views.HelpView(questions=questions)


def my_help_view(affairs: OwnAffairs) -> views.MyHelpView:
    """What there is to say to one candidate, by question; nothing is said twice."""
    lines = [line for part in _PARTS for line in part(affairs)]
    numbers = sorted({line.number for line in lines})
    return views.MyHelpView(answers=tuple(_answer(number, lines) for number in numbers))


def _answer(number: int, lines: list[_Line]) -> views.MyAnswerView:
    mine = [line for line in lines if line.number == number]
    return views.MyAnswerView(
        number=number,
        sentences=tuple(dict.fromkeys(line.sentence for line in mine)),
        links=tuple(dict.fromkeys(line.link for line in mine)),
    )


def _about_account(affairs: OwnAffairs) -> Iterator[_Line]:
    account = affairs.account
    bound = f"您的手机 {masked_phone(account.phone)} 已绑定账号 {account.username}。"
    yield from (_Line(number, bound, _ME) for number in (1, 2, 3, 4))
    check = account.identity_check
    state = f"您的身份：{words.CHECK_LABELS[check.state]}（{_when(check.since)}起）。"
    yield _Line(5, state + words.IDENTITY_STEPS[check.state], _ME)


def _about_codes(affairs: OwnAffairs) -> Iterator[_Line]:
    code = affairs.latest_code
    if code is None:
        yield _Line(3, "最近 30 天没有向您绑定的手机发送过验证码。", _ME)
        return
    fate = _OUTCOMES[code.outcome] + (f"：{code.reason}" if code.reason else "")
    when = f"（{_when(code.reported_at)}）" if code.reported_at else ""
    yield _Line(3, f"最近一次验证码于{_when(code.at)}发送，{fate}{when}。", _ME)


def _about_credentials(affairs: OwnAffairs) -> Iterator[_Line]:
    for credential in affairs.credentials:
        kind, check = _KINDS[credential.facts.kind], credential.check
        named = f"您的{kind}（{credential.facts.school}）"
        state = f"{named}：{words.CHECK_LABELS[check.state]}（{_when(check.since)}起）。"
        yield _Line(7, state + words.credential_step(credential, affairs.account.identity), _ME)
        if check.mismatched_fields:
            yield _Line(8, f"{named}与记录不一致，请核对填写的内容。", _ME)
    if not any(c.facts.kind is CredentialKind.DEGREE for c in affairs.credentials):
        yield _Line(10, "您没有添加学位，报名不需要添加。", _ME)


def _about_registrations(affairs: OwnAffairs) -> Iterator[_Line]:
    for situation in affairs.situations:
        name, link = _named(situation)
        signature = situation.registration.signature
        if signature is not None:
            number, sentence = _COMMITMENTS[signature.commitment]
            yield _Line(number, f"{name}：{sentence}。", link)
        yield from _passes(situation)
        yield from _refusals(situation, affairs.now)


def _passes(situation: Situation) -> Iterator[_Line]:
    name, link = _named(situation)
    subjects = {subject.code: subject.name for subject in situation.exam.subjects}
    passes = situation.facts.returning.passes if situation.facts.returning else ()
    if passes:
        listed = "、".join(f"{subjects.get(each.subject, each.subject)}（{each.year}年）" for each in passes)
        yield _Line(14, f"{name}：已通过并有效的科目：{listed}。", link)


def _refusals(situation: Situation, now: datetime) -> Iterator[_Line]:
    name, link = _named(situation)
    actions = allowed_actions(situation.registration, situation.offering, situation.facts, now)
    if actions[Action.EDIT] is None:
        yield _Line(17, f"{name}：现在可以自行修改报名信息。", link)
    for refusal in actions.values():
        if refusal is None or refusal.reason in _SAYS_NOTHING:
            continue
        explanation = EXPLANATIONS[refusal.reason]
        if explanation.faq is not None:
            yield _Line(explanation.faq, f"{name}：{explanation.sentence}", link)


def _about_payments(affairs: OwnAffairs) -> Iterator[_Line]:
    for situation in affairs.situations:
        order = affairs.latest_orders.get(situation.registration.id)
        if order is not None:
            name, link = _named(situation)
            label, sentence = words.ORDER_WORDS[order.state]
            state = LABELS[state_at(situation.registration, situation.offering, affairs.now)]
            said = f"{_when(order.created_at)}的订单{label}。{sentence}报考状态：{state}。"
            yield _Line(19, f"{name}：{said}", link)


def _named(situation: Situation) -> tuple[str, views.HelpLinkView]:
    name = f"{situation.exam.year}年{situation.exam.name}"
    return name, views.HelpLinkView(label=name, path=f"/registrations/{situation.registration.id}")


def _when(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


_PARTS: tuple[Callable[[OwnAffairs], Iterator[_Line]], ...] = (
    _about_account,
    _about_codes,
    _about_credentials,
    _about_registrations,
    _about_payments,
)
