"""Answers about registrations."""

from datetime import datetime
from typing import Literal

from chalicelib.api.views.basics import PermissionView, View, WindowView
from chalicelib.api.views.commitments import CommitmentOptions, ReviewPlaceView
from chalicelib.api.views.materials import MaterialNeedView
from chalicelib.api.views.returning import StandingView
from chalicelib.domain.actions import Action
from chalicelib.domain.registration import Commitment, State


class ChoicesView(View, frozen=True):
    """What is filled in so far."""

    level: str | None
    major: str | None
    subjects: tuple[str, ...]
    site: str | None
    education_id: str | None
    degree_id: str | None


class ReviewReasonView(View, frozen=True):
    """Why a person must look."""

    code: str
    sentence: str


class StepView(View, frozen=True):
    """One box of the status flow chart (报考状态流程图)."""

    step: Literal["fill_in", "confirm", "review", "pay", "done"]
    label: str
    status: Literal["done", "current", "todo", "failed", "skipped"]


class RegistrationView(View, frozen=True):
    """A registration with everything that a page shows of it."""

    registration_id: str
    exam_id: str
    exam_name: str
    year: int
    authority_id: str
    authority_name: str
    state: State
    state_label: str
    state_sentence: str
    """What the state means, and what to do next."""
    choices: ChoicesView
    commitment: Commitment | None
    amount_fen: int | None
    commitment_options: CommitmentOptions
    """The two choices of a confirmation; what is not open has its reason."""
    review_reasons: tuple[ReviewReasonView, ...]
    review_channel: ReviewPlaceView | None
    """Where a person looks; null where nobody has to."""
    materials_needed: tuple[MaterialNeedView, ...]
    """What the review asks for; what of it is there, the list of materials says."""
    rejection: str | None
    void_reason: str | None
    """Why the authority found it not eligible; null where it did not."""
    version: int
    created_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None
    paid_at: datetime | None
    open_order_id: str | None
    payment_window: WindowView
    flow: tuple[StepView, ...]
    standing: StandingView | None
    """What earlier years mean for the choices; null where they were not looked at."""
    open_change_request_id: str | None
    """The request for a change that waits for the authority (FAQ 17)."""
    allowed_actions: dict[Action, PermissionView]


class RegistrationsView(View, frozen=True):
    """My registrations, newest first."""

    registrations: tuple[RegistrationView, ...]
