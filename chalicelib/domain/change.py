"""A request to the authority for a change of what is locked (FAQ 17): what is asked, and what becomes of it.

When one may be made is in `actions/changing.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.errors import DomainError, InvalidInputError
from chalicelib.domain.exam import ChoiceField, Policy
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, RegistrationId
from chalicelib.domain.material import FOR_A_CHANGE, MATERIAL_LABELS, Material, accepted_kinds
from chalicelib.domain.registration import Choices, Registration, State
from chalicelib.domain.review import ReviewReason

LONGEST_WHY = 500
FIELD_LABELS = {
    ChoiceField.LEVEL: "报考级别",
    ChoiceField.MAJOR: "报考专业",
    ChoiceField.SUBJECTS: "报考科目",
    ChoiceField.SITE: "报名点",
    ChoiceField.EDUCATION: "学历",
    ChoiceField.DEGREE: "学位",
}


class ChangeState(StrEnum):
    """What became of a request."""

    OPEN = "open"
    CARRIED_OUT = "carried_out"
    REFUSED = "refused"
    MOOT = "moot"
    """There is nothing left to change: paid, taken back, or no longer standing."""


CHANGE_LABELS = {
    ChangeState.OPEN: "等待办理",
    ChangeState.CARRIED_OUT: "已办理",
    ChangeState.REFUSED: "未予办理",
    ChangeState.MOOT: "已失效",
}
_STANDS = (State.UNDER_REVIEW, State.REJECTED, State.PAYABLE)


class ChangeMaterialMissingError(DomainError):
    """The photo of the ID and the form go with a request."""

    code = "change_material_missing"
    faq = 17


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """What a candidate asks the authority to change, and the answer."""

    id: ChangeRequestId
    account_id: AccountId
    registration_id: RegistrationId
    authority_id: AuthorityId
    what: tuple[ChoiceField, ...]
    why: str
    wanted: Choices
    """All choices as they shall be."""
    asked_at: datetime
    state: ChangeState = ChangeState.OPEN
    answer: str | None = None
    """What the candidate is told of a refusal."""
    settled_at: datetime | None = None


def what_differs(before: Choices, after: Choices) -> tuple[ChoiceField, ...]:
    """The choices that are not the same; the order of subjects is none."""
    differing = {f.name for f in fields(Choices) if _value(before, f.name) != _value(after, f.name)}
    return tuple(each for each in ChoiceField if each in differing)


def _value(choices: Choices, name: str) -> object:
    value = getattr(choices, name)
    return frozenset(value) if isinstance(value, tuple) else value


def check_wish(
    before: Choices, wanted: Choices, what: Iterable[ChoiceField], why: str, policy: Policy
) -> None:
    """Refuse a wish that names other things than it changes, or what nobody changes. Raises
    InvalidInputError."""
    named, differing = set(what), what_differs(before, wanted)
    if not differing:
        raise InvalidInputError(field="wanted", detail="填写的内容与现在的报名信息相同，没有需要修改的。")
    if named != set(differing):
        labels = "、".join(FIELD_LABELS[each] for each in differing)
        raise InvalidInputError(
            field="what", detail=f"勾选的项目与填写的内容不一致，实际不同的是：{labels}。"
        )
    fixed = [FIELD_LABELS[each] for each in differing if each not in policy.changeable_on_request]
    if fixed:
        raise InvalidInputError(field="what", detail=f"考试机构不受理以下项目的修改：{'、'.join(fixed)}。")
    if not why.strip() or len(why.strip()) > LONGEST_WHY:
        raise InvalidInputError(field="why", detail="请填写修改原因（不超过 500 字）。")


def check_change_material(materials: Iterable[Material]) -> None:
    """Raise ChangeMaterialMissingError that names what has not been uploaded and accepted."""
    there = accepted_kinds(materials)
    missing = [MATERIAL_LABELS[kind] for kind in FOR_A_CHANGE if kind not in there]
    if missing:
        raise ChangeMaterialMissingError(field="materials", detail=f"请先上传：{'、'.join(missing)}。")


def state_of_request(request: ChangeRequest, registration: Registration) -> ChangeState:
    """What became of it, as people see it: open only while the registration still waits for it."""
    waits = registration.state in _STANDS and registration.open_change_id == request.id
    return request.state if request.state is not ChangeState.OPEN or waits else ChangeState.MOOT


def settled(
    request: ChangeRequest, state: ChangeState, *, answer: str | None = None, now: datetime
) -> ChangeRequest:
    """The request after the authority's answer, or after there was nothing left to change."""
    return replace(request, state=state, answer=answer, settled_at=now)


def wishing(registration: Registration, request: ChangeRequest, *, now: datetime) -> Registration:
    """The registration with a request that waits."""
    return replace(registration, open_change_id=request.id, updated_at=now, version=registration.version + 1)


def changed_on_request(
    registration: Registration,
    request: ChangeRequest,
    *,
    reasons: Iterable[ReviewReason] = (),
    amount_fen: int,
    now: datetime,
) -> Registration:
    """The registration as it was asked for: other choices and their fee, in the state it had.

    `reasons` are why a person must look at the new choices. They say what a review that is still to come asks
    for; where they are none, it has the reasons that it had.
    """
    is_reviewed = registration.state not in (State.UNDER_REVIEW, State.REJECTED)
    return replace(
        registration,
        choices=wanted_choices(registration.choices, request),
        review_reasons=registration.review_reasons
        if is_reviewed
        else tuple(reasons) or registration.review_reasons,
        amount_fen=amount_fen,
        open_change_id=None,
        updated_at=now,
        version=registration.version + 1,
    )


def unchanged(registration: Registration, *, now: datetime) -> Registration:
    """The registration after its request was refused."""
    return replace(registration, open_change_id=None, updated_at=now, version=registration.version + 1)


def wanted_choices(choices: Choices, request: ChangeRequest) -> Choices:
    """The choices with what the request names, and nothing else of it."""
    changes: Mapping[str, object] = {each.value: getattr(request.wanted, each) for each in request.what}
    return replace(choices, **changes)  # type: ignore[arg-type]


def in_codes(choices: Choices, what: Iterable[ChoiceField]) -> str:
    """The named choices as an audit entry has them: codes, nothing personal."""
    return " ".join(f"{each}={_code(getattr(choices, each))}" for each in what)


def _code(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value or "-")
