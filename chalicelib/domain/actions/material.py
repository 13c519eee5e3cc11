"""When material may be uploaded for a registration, and taken back (FAQ 6, 12, 17)."""

from chalicelib.domain.actions.case import Case, Refusal
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.material import Material, MaterialKind, MaterialState
from chalicelib.domain.registration import State

FOR_A_CHANGE = (MaterialKind.ID_PHOTO, MaterialKind.CHANGE_FORM)
"""What goes with a request to the authority for a change, also after a review is passed (FAQ 17)."""


def may_upload(case: Case) -> Refusal | None:
    """Before a review is passed, inside the review window."""
    if refusal := case.ended():
        return refusal
    if case.registration.state is State.PAYABLE:
        return Refusal(Reason.NOTHING_TO_PROVE)
    return case.outside_review()


def upload_refusal(case: Case, kind: MaterialKind) -> Refusal | None:
    """Why a file of this kind is not taken now, or None."""
    is_for_a_change = kind in FOR_A_CHANGE and case.registration.state in (State.PAYABLE, State.PAID)
    if is_for_a_change and case.ended() in (None, Refusal(Reason.ALREADY_PAID)):
        return None
    return may_upload(case)


def removal_refusal(case: Case, material: Material) -> Refusal | None:
    """Why a file cannot be taken back now, or None: what a reviewer looks at or has looked at stays."""
    if material.state is MaterialState.REFUSED:
        return None
    if refusal := case.ended():
        return refusal
    is_open = case.registration.state in (State.DRAFT, State.REJECTED)
    return None if is_open else Refusal(Reason.MATERIAL_UNDER_REVIEW)
