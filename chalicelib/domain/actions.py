"""The heart: for a registration, a policy and a moment, what is possible and, where it is not, why.

The API refuses by this, and every answer carries it, so that a page can show the reason beside the button.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.credential import Credential, CredentialKind
from chalicelib.domain.errors import DomainError
from chalicelib.domain.exam import LockAt, Offering, Window
from chalicelib.domain.registration import Commitment, Registration, State, state_at
from chalicelib.domain.verification import Verification, VerificationState


class Action(StrEnum):
    """What a candidate may want to do with a registration."""

    EDIT = "edit"
    CONFIRM = "confirm"
    PAY = "pay"
    CHECK_PAYMENT = "check_payment"
    GIVE_UP = "give_up"


class Reason(StrEnum):
    """Why an action is not possible now."""

    EDUCATION_MISSING = "education_missing"
    CREDENTIAL_VERIFYING = "credential_verifying"
    IDENTITY_VERIFYING = "identity_verifying"
    IDENTITY_MISMATCHED = "identity_mismatched"
    REGISTERED_ALREADY = "registered_already"
    HELD_ELSEWHERE = "held_elsewhere"
    REGISTRATION_NOT_OPEN = "registration_not_open"
    REGISTRATION_OVER = "registration_over"
    PAYMENT_NOT_OPEN = "payment_not_open"
    PAYMENT_OVER = "payment_over"
    LOCKED_BY_CONFIRMATION = "locked_by_confirmation"
    LOCKED_BY_REVIEW = "locked_by_review"
    ALREADY_CONFIRMED = "already_confirmed"
    NOT_CONFIRMED = "not_confirmed"
    WAITS_FOR_REVIEW = "waits_for_review"
    REVIEW_FAILED = "review_failed"
    PAYMENT_UNDER_WAY = "payment_under_way"
    NOTHING_TO_CHECK = "nothing_to_check"
    ALREADY_PAID = "already_paid"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentence for a reason and the question of the FAQ that it answers."""

    sentence: str
    faq: int | None = None


EXPLANATIONS = {
    Reason.EDUCATION_MISSING: Explanation("请先在“学历学位信息”中添加至少一条学历。", 10),
    Reason.CREDENTIAL_VERIFYING: Explanation("学历学位信息正在核验，完成后即可报名。", 7),
    Reason.IDENTITY_VERIFYING: Explanation("身份信息正在核验，完成后即可继续。", 5),
    Reason.IDENTITY_MISMATCHED: Explanation(
        "姓名与证件号码核验不一致，此账号不能报名：请用正确的信息重新注册，或携带证件到考试机构确认。", 5
    ),
    Reason.REGISTERED_ALREADY: Explanation("本年度此项考试您已报名，请在“我的报名”中查看。", 5),
    Reason.HELD_ELSEWHERE: Explanation("此项考试在其他平台报名，请从考试页面的链接前往。", 20),
    Reason.REGISTRATION_NOT_OPEN: Explanation("报名尚未开始。"),
    Reason.REGISTRATION_OVER: Explanation("报名已经截止。"),
    Reason.PAYMENT_NOT_OPEN: Explanation("缴费尚未开始。"),
    Reason.PAYMENT_OVER: Explanation("缴费已经截止。"),
    Reason.LOCKED_BY_CONFIRMATION: Explanation("报名信息确认后不能自行修改。", 17),
    Reason.LOCKED_BY_REVIEW: Explanation("报名信息核查通过后不能自行修改，如需修改请联系考试机构。", 17),
    Reason.ALREADY_CONFIRMED: Explanation("报名信息已经确认，无需再次确认。", 17),
    Reason.NOT_CONFIRMED: Explanation("请先确认报名信息。", 17),
    Reason.WAITS_FOR_REVIEW: Explanation("报名正在等待核查，通过后即可缴费。", 8),
    Reason.REVIEW_FAILED: Explanation("核查未通过：请按原因修改后重新确认。", 8),
    Reason.PAYMENT_UNDER_WAY: Explanation("有一笔支付尚未结束，请先完成支付，或等它过期后再操作。", 18),
    Reason.NOTHING_TO_CHECK: Explanation("还没有可查询的支付订单。", 19),
    Reason.ALREADY_PAID: Explanation("已缴费，报名完成。", 17),
    Reason.LAPSED: Explanation("缴费时间已过，本次报名已失效。"),
    Reason.SUPERSEDED: Explanation("已由核验通过的正确身份重新报名，本报名被取代。", 5),
    Reason.VOID: Explanation("经考试机构认定，本报名无效。"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and from when the answer would differ, where the clock alone decides that."""

    reason: Reason
    changes_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateFacts:
    """What is known of the candidate when the question is asked."""

    identity_check: Verification
    credentials: tuple[Credential, ...]


class ActionRefusedError(DomainError):
    """The action is not possible now; `code` and sentence are those of the reason."""

    def __init__(self, refusal: Refusal) -> None:
        """Speak with the voice of the reason."""
        explanation = EXPLANATIONS[refusal.reason]
        super().__init__(detail=explanation.sentence, changes_at=refusal.changes_at)
        self.reason = refusal.reason
        self.explanation = explanation


@dataclass(frozen=True, slots=True)
class _Case:
    registration: Registration
    offering: Offering
    facts: CandidateFacts
    now: datetime

    def ended(self) -> Refusal | None:
        reason = _ENDED.get(state_at(self.registration, self.offering, self.now))
        return Refusal(reason) if reason else None

    def outside_registration(self) -> Refusal | None:
        return _outside(
            self.offering.windows.registration,
            self.now,
            Reason.REGISTRATION_NOT_OPEN,
            Reason.REGISTRATION_OVER,
        )


def start_refusal(facts: CandidateFacts, offering: Offering, now: datetime) -> Refusal | None:
    """Why this candidate cannot start a registration now, or None (handbook 4.1)."""
    if facts.identity_check.state is VerificationState.MISMATCHED:
        return Refusal(Reason.IDENTITY_MISMATCHED)
    window = offering.windows.registration
    outside = _outside(window, now, Reason.REGISTRATION_NOT_OPEN, Reason.REGISTRATION_OVER)
    return outside or _unready(facts)


def allowed_actions(
    registration: Registration, offering: Offering, facts: CandidateFacts, now: datetime
) -> dict[Action, Refusal | None]:
    """Every action, each with None when it is possible and otherwise with the first reason against it."""
    case = _Case(registration, offering, facts, now)
    return {action: rule(case) for action, rule in _RULES.items()}


def require(
    action: Action, registration: Registration, offering: Offering, facts: CandidateFacts, now: datetime
) -> None:
    """Raise ActionRefusedError unless the action is possible."""
    if refusal := _RULES[action](_Case(registration, offering, facts, now)):
        raise ActionRefusedError(refusal)


_ENDED = {
    State.PAID: Reason.ALREADY_PAID,
    State.LAPSED: Reason.LAPSED,
    State.SUPERSEDED: Reason.SUPERSEDED,
    State.VOID: Reason.VOID,
}


def _outside(window: Window, now: datetime, before: Reason, after: Reason) -> Refusal | None:
    if now < window.start:
        return Refusal(before, changes_at=window.start)
    return Refusal(after) if now >= window.end else None


def _unready(facts: CandidateFacts) -> Refusal | None:
    if not any(c.facts.kind is CredentialKind.EDUCATION for c in facts.credentials):
        return Refusal(Reason.EDUCATION_MISSING)
    if any(c.check.state is VerificationState.VERIFYING for c in facts.credentials):
        return Refusal(Reason.CREDENTIAL_VERIFYING)
    if facts.identity_check.state is VerificationState.VERIFYING:
        return Refusal(Reason.IDENTITY_VERIFYING)
    return None


def _may_edit(case: _Case) -> Refusal | None:
    if refusal := case.ended() or case.outside_registration():
        return refusal
    if case.registration.open_order_id is not None:
        return Refusal(Reason.PAYMENT_UNDER_WAY)
    state, lock_at = case.registration.state, case.offering.policy.lock_at
    if state in (State.UNDER_REVIEW, State.PAYABLE) and lock_at is LockAt.CONFIRMATION:
        return Refusal(Reason.LOCKED_BY_CONFIRMATION)
    if state is State.PAYABLE and lock_at is LockAt.REVIEW:
        return Refusal(Reason.LOCKED_BY_REVIEW)
    return None


def _may_confirm(case: _Case) -> Refusal | None:
    if refusal := case.ended() or case.outside_registration():
        return refusal
    if case.facts.identity_check.state is VerificationState.MISMATCHED:
        return Refusal(Reason.IDENTITY_MISMATCHED)
    if case.registration.state in (State.UNDER_REVIEW, State.PAYABLE):
        return Refusal(Reason.ALREADY_CONFIRMED)
    return _unready(case.facts)


_NOT_YET_PAYABLE = {
    State.DRAFT: Reason.NOT_CONFIRMED,
    State.UNDER_REVIEW: Reason.WAITS_FOR_REVIEW,
    State.REJECTED: Reason.REVIEW_FAILED,
}


def _may_pay(case: _Case) -> Refusal | None:
    if refusal := case.ended():
        return refusal
    if reason := _NOT_YET_PAYABLE.get(case.registration.state):
        return Refusal(reason)
    return _outside(case.offering.windows.payment, case.now, Reason.PAYMENT_NOT_OPEN, Reason.PAYMENT_OVER)


def _may_check_payment(case: _Case) -> Refusal | None:
    if case.registration.state is State.PAID:
        return Refusal(Reason.ALREADY_PAID)
    return None if case.registration.order_ids else Refusal(Reason.NOTHING_TO_CHECK)


def _may_give_up(case: _Case) -> Refusal | None:
    if refusal := case.ended():
        return refusal
    return Refusal(Reason.PAYMENT_UNDER_WAY) if case.registration.open_order_id else None


_RULES: dict[Action, Callable[[_Case], Refusal | None]] = {
    Action.EDIT: _may_edit,
    Action.CONFIRM: _may_confirm,
    Action.PAY: _may_pay,
    Action.CHECK_PAYMENT: _may_check_payment,
    Action.GIVE_UP: _may_give_up,
}


class CommitmentClosedError(DomainError):
    """Declined or withdrawn once, the commitment is closed for this exam and year (FAQ 12, 13)."""

    code = "commitment_closed"
    message = "本年度此项考试已选择不采用（或已撤回）告知承诺制，不能再改为采用。"
    faq = 12


def check_commitment(registration: Registration, wanted: Commitment) -> None:
    """Raise CommitmentClosedError when a declined commitment would be adopted after all."""
    given = registration.signature.commitment if registration.signature else Commitment.ADOPTED
    if wanted is Commitment.ADOPTED and given is not Commitment.ADOPTED:
        raise CommitmentClosedError(field="commitment")
