"""When the commitment may be adopted, and when it may be withdrawn (FAQ 12, 13; handbook 4.4)."""

from chalicelib.domain.actions.case import Case, Refusal
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.commitment import closed_as
from chalicelib.domain.integrity import not_eligible_until
from chalicelib.domain.registration import Commitment, Registration

_CLOSED = {
    Commitment.DECLINED: Reason.COMMITMENT_CLOSED,
    Commitment.WITHDRAWN: Reason.COMMITMENT_WITHDRAWN,
}


def adopting_refusal(case: Case) -> Refusal | None:
    """Closed for this exam and year, or the candidate is not eligible; declining is always possible."""
    standing = case.facts.commitment
    if closed := closed_as(case.registration.signature, standing):
        return Refusal(_CLOSED[closed])
    not_eligible, ends_at = not_eligible_until(standing.integrity, case.now)
    return Refusal(Reason.COMMITMENT_NOT_ELIGIBLE, changes_at=ends_at) if not_eligible else None


def may_withdraw_commitment(case: Case) -> Refusal | None:
    """Adopted and confirmed, unpaid with no payment under way, before the registration window ends."""
    if refusal := case.ended():
        return refusal
    if refusal := _nothing_to_withdraw(case):
        return refusal
    # Rejected: the next confirmation asks for the commitment again.
    if refusal := case.review_failed() or case.unfinished_payment():
        return refusal
    return case.outside_registration()


COMMITMENT_LOST = "本年度此项考试不能再采用告知承诺制，删除后重新报名也一样。"
ON_SITE_FROM_NOW = "报名改按现场核查流程办理：核查通过后才能缴费。"


def lost_by_withdrawing(_: Registration) -> tuple[str, ...]:
    """What withdrawing loses, for good (FAQ 13)."""
    return (COMMITMENT_LOST, ON_SITE_FROM_NOW)


def _nothing_to_withdraw(case: Case) -> Refusal | None:
    signature = case.registration.signature
    given = signature.commitment if signature else None
    if given is Commitment.WITHDRAWN:
        return Refusal(Reason.COMMITMENT_WITHDRAWN)
    if refusal := case.unconfirmed():
        return refusal
    return None if given is Commitment.ADOPTED else Refusal(Reason.COMMITMENT_NOT_ADOPTED)
