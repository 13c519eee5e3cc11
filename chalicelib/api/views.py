"""What is answered: the shapes of the answers, and nothing personal that is not masked."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from chalicelib.domain.actions import Action
from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.exam import LockAt, ReviewChannel, SubjectKind
from chalicelib.domain.identity import IdType
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import Commitment, State
from chalicelib.domain.verification import VerificationState


class View(Struct, frozen=True):
    """An answer."""


class Problem(View, frozen=True, omit_defaults=True):
    """A refusal (RFC 9457), as application/problem+json."""

    title: str
    status: int
    code: str
    detail: str
    """A sentence for the candidate, in Chinese."""
    type: str = "about:blank"
    field: str | None = None
    """The input at fault, as a path such as `choices.level`."""
    faq: int | None = None
    """The question of the FAQ that this answers."""
    changes_at: datetime | None = None
    """From when on the answer would differ, where the clock alone decides."""
    reference: str | None = None
    """What to name to the help desk, on errors of ours."""


class SmsCodeView(View, frozen=True):
    """A code is on its way."""

    code_id: str
    phone_hint: str
    expires_at: datetime
    resend_at: datetime


class PhoneProofView(View, frozen=True):
    """The phone is proved; the token serves one registration or change."""

    phone_proof: str
    expires_at: datetime


class CheckView(View, frozen=True):
    """State of an automatic check, since when, and what to do next (FAQ 7, 8)."""

    state: VerificationState
    label: str
    since: datetime
    next_step: str
    mismatched_fields: tuple[str, ...]


class AccountView(View, frozen=True):
    """My account; phone and ID number masked."""

    username: str
    name: str
    id_type: IdType
    id_number_hint: str
    phone_hint: str
    identity: CheckView


class SessionView(View, frozen=True):
    """A logged-in session; `csrf_token` goes into the X-CSRF-Token header of every changing request."""

    account: AccountView
    csrf_token: str
    expires_at: datetime


class RecoveryView(View, frozen=True):
    """An account was found; prove more."""

    recovery_id: str
    phone_hint: str
    security_questions: tuple[str, ...]
    expires_at: datetime


class RecoveredView(View, frozen=True):
    """The username, and a token that allows a new password."""

    username: str
    reset_token: str
    expires_at: datetime


class CredentialView(View, frozen=True):
    """One record with its check."""

    credential_id: str
    kind: CredentialKind
    level: CredentialLevel
    school: str
    major: str
    certificate_no: str
    obtained_on: date
    name_on_certificate: str
    name_differs: bool
    foreign: bool
    check: CheckView
    added_at: datetime


class CredentialsView(View, frozen=True):
    """All records of an account."""

    credentials: tuple[CredentialView, ...]
    at_most: int


class WindowView(View, frozen=True):
    """From `start` up to but not including `end`."""

    start: datetime
    end: datetime


class WindowsView(View, frozen=True):
    """The four windows."""

    registration: WindowView
    review: WindowView
    payment: WindowView
    ticket: WindowView


class SubjectView(View, frozen=True):
    """One paper."""

    code: str
    name: str
    kind: SubjectKind


class MajorView(View, frozen=True):
    """专业."""

    code: str
    name: str


class LevelView(View, frozen=True):
    """级别, with the codes of its subjects."""

    code: str
    name: str
    subjects: tuple[str, ...]
    validity_years: int
    is_exemption: bool
    takes_all_subjects: bool


class SiteView(View, frozen=True):
    """报名点."""

    code: str
    name: str
    address: str


class FeeItemView(View, frozen=True):
    """A charge beside the subjects."""

    code: str
    name: str
    amount_fen: int


class OfferingSummaryView(View, frozen=True):
    """An exam at one authority, for the list."""

    authority_id: str
    authority_name: str
    windows: WindowsView


class ExamSummaryView(View, frozen=True):
    """An exam for the list; with a link where another platform holds it (FAQ 20)."""

    exam_id: str
    name: str
    year: int
    platform: str
    link: str | None
    offerings: tuple[OfferingSummaryView, ...]


class ExamsView(View, frozen=True):
    """The catalogue."""

    exams: tuple[ExamSummaryView, ...]


class OfferingView(View, frozen=True):
    """An exam at one authority, whole."""

    authority_id: str
    authority_name: str
    windows: WindowsView
    subject_fees_fen: dict[str, int]
    fee_items: tuple[FeeItemView, ...]
    sites: tuple[SiteView, ...]
    providers: tuple[str, ...]
    lock_at: LockAt
    review_channel: ReviewChannel
    commitment_text: str
    commitment_text_hash: str


class ExamView(View, frozen=True):
    """An exam, whole."""

    exam_id: str
    name: str
    year: int
    platform: str
    link: str | None
    levels: tuple[LevelView, ...]
    majors: tuple[MajorView, ...]
    subjects: tuple[SubjectView, ...]
    offerings: tuple[OfferingView, ...]


class PermissionView(View, frozen=True, omit_defaults=True):
    """Whether something is possible now and, where not, why."""

    allowed: bool
    code: str | None = None
    reason: str | None = None
    faq: int | None = None
    changes_at: datetime | None = None


class StartPermissionView(View, frozen=True):
    """Whether I can start a registration at this authority."""

    authority_id: str
    start: PermissionView
    registration_id: str | None
    """My live registration there, if I have one."""


class StartPermissionsView(View, frozen=True):
    """For each authority that offers the exam."""

    exam_id: str
    offerings: tuple[StartPermissionView, ...]


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
    choices: ChoicesView
    commitment: Commitment | None
    amount_fen: int | None
    review_reasons: tuple[ReviewReasonView, ...]
    rejection: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    confirmed_at: datetime | None
    paid_at: datetime | None
    open_order_id: str | None
    payment_window: WindowView
    flow: tuple[StepView, ...]
    allowed_actions: dict[Action, PermissionView]


class RegistrationsView(View, frozen=True):
    """My registrations, newest first."""

    registrations: tuple[RegistrationView, ...]


class PaymentOrderView(View, frozen=True):
    """A payment order in words; `pay_url` while it can be paid."""

    order_id: str
    registration_id: str
    provider: str
    state: OrderState
    label: str
    sentence: str
    amount_fen: int
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    trade_no: str | None
    pay_url: str | None


class PaymentOrdersView(View, frozen=True):
    """All orders of a registration, newest first."""

    payment_orders: tuple[PaymentOrderView, ...]
