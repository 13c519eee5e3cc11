"""Answers about exams and who offers them."""

from chalicelib.api.views.basics import PermissionView, View, WindowView
from chalicelib.domain.exam import ChoiceField, LockAt, SubjectKind
from chalicelib.domain.review import ReviewChannel


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
    start: PermissionView
    """What the registration window alone says; what else bears on me, `/exams/{exam_id}/start` says."""
    subject_fees_fen: dict[str, int]
    fee_items: tuple[FeeItemView, ...]
    sites: tuple[SiteView, ...]
    providers: tuple[str, ...]
    lock_at: LockAt
    review_channel: ReviewChannel
    allows_cancelling_confirmation: bool
    changeable_on_request: tuple[ChoiceField, ...]
    """What a request to the authority may touch (FAQ 17); nothing where it takes none."""
    lock_sentence: str
    """The same in words: until when candidates correct mistakes by themselves, and what they can do then."""
    review_sentences: tuple[str, ...]
    """What a person looks at, by where."""
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
