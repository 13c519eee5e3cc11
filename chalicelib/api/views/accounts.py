"""Answers about accounts, sessions, phones and recoveries; nothing personal that is not masked."""

from datetime import date, datetime

from chalicelib.api.views.basics import PermissionView, View
from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.identity import IdType
from chalicelib.domain.verification import VerificationState


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


class PassedExamView(View, frozen=True):
    """An exam whose reviewer passed a record; it counts there as verified in every year (FAQ 8)."""

    exam_code: str
    exam_name: str


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
    passed_for: tuple[PassedExamView, ...]


class CredentialsView(View, frozen=True):
    """All records of an account."""

    credentials: tuple[CredentialView, ...]
    at_most: int
    adding: PermissionView
    """Whether there is room for another (FAQ 8)."""
