"""When material may be uploaded for a registration, and taken back (FAQ 6, 12, 17)."""

from chalicelib.domain.actions.case import Case, Refusal
from chalicelib.domain.actions.changing import may_request_change
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.material import FOR_A_CHANGE, Material, MaterialKind, MaterialState
from chalicelib.domain.registration import State


def may_upload(case: Case) -> Refusal | None:
    """Before a review is passed, inside the review window."""
    if refusal := case.ended():
        return refusal
    if case.registration.state is State.PAYABLE:
        return Refusal(Reason.NOTHING_TO_PROVE)
    return case.outside_review()


def upload_refusal(case: Case, kind: MaterialKind) -> Refusal | None:
    """Why a file of this kind is not taken now, or None."""
    return None if kind in FOR_A_CHANGE and _changes_by_request(case) else may_upload(case)


def _changes_by_request(case: Case) -> bool:
    """A change can be asked for, whatever the review window; what is paid, the authority may want it for."""
    if case.registration.state in (State.PAYABLE, State.PAID):
        return case.ended() in (None, Refusal(Reason.ALREADY_PAID))
    return may_request_change(case) is None


def removal_refusal(case: Case, material: Material) -> Refusal | None:
    """Why a file cannot be taken back now, or None: what a reviewer looks at or has looked at stays."""
    if material.state is MaterialState.REFUSED:
        return None
    if refusal := case.ended():
        return refusal
    is_open = case.registration.state in (State.DRAFT, State.REJECTED)
    return None if is_open else Refusal(Reason.MATERIAL_UNDER_REVIEW)
