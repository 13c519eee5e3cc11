"""What the fake stores hold between them, behind one lock: each method of a fake is one transaction."""

from dataclasses import dataclass, field
from datetime import date, datetime
from threading import RLock

from chalicelib.domain.account import Account
from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import Authority
from chalicelib.domain.bill import BillReport
from chalicelib.domain.change import ChangeRequest
from chalicelib.domain.commitment import ClosedCommitment
from chalicelib.domain.credential import Credential
from chalicelib.domain.discrepancy import Discrepancy
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    ChangeRequestId,
    CredentialId,
    DiscrepancyId,
    ExamId,
    MaterialId,
    OrderId,
    RecoveryId,
    RefundId,
    RegistrationId,
    SmsCodeId,
)
from chalicelib.domain.integrity import IntegrityRecord
from chalicelib.domain.material import Material
from chalicelib.domain.one_time_password import OneTimePassword
from chalicelib.domain.payment import PaymentOrder, Trade
from chalicelib.domain.refund import Refund
from chalicelib.domain.registration import Registration
from chalicelib.domain.sms import DeliveryReport, PhoneProof, SentMessage, SmsCode
from chalicelib.usecases.ports import PendingCheck, Recovery, Session


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A raw notice and what came of it."""

    provider: str
    outcome: str
    at: datetime


@dataclass
class Memory:
    """All stores as dictionaries."""

    lock: RLock = field(default_factory=RLock)
    accounts: dict[AccountId, Account] = field(default_factory=dict)
    under_id_number: dict[str, set[AccountId]] = field(default_factory=dict)
    without_claims: set[AccountId] = field(default_factory=set)
    credentials: dict[tuple[AccountId, CredentialId], Credential] = field(default_factory=dict)
    checks: dict[tuple[AccountId, CredentialId | None], PendingCheck] = field(default_factory=dict)
    exams: dict[ExamId, Exam] = field(default_factory=dict)
    offerings: dict[tuple[ExamId, AuthorityId], Offering] = field(default_factory=dict)
    archive: dict[tuple[str, str], dict[int, ArchiveRecord]] = field(default_factory=dict)
    registrations: dict[tuple[AccountId, RegistrationId], Registration] = field(default_factory=dict)
    live: dict[tuple[ExamId, str], RegistrationId] = field(default_factory=dict)
    materials: dict[tuple[AccountId, RegistrationId, MaterialId], Material] = field(default_factory=dict)
    closed_commitments: dict[tuple[ExamId, str], ClosedCommitment] = field(default_factory=dict)
    integrity: dict[str, dict[str, IntegrityRecord]] = field(default_factory=dict)
    integrity_changes: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)
    orders: dict[OrderId, PaymentOrder] = field(default_factory=dict)
    idempotency: dict[str, tuple[str, OrderId]] = field(default_factory=dict)
    trades: dict[Trade, OrderId] = field(default_factory=dict)
    discrepancies: dict[DiscrepancyId, Discrepancy] = field(default_factory=dict)
    unmatched: set[OrderId | RefundId | None] = field(default_factory=set)
    bill_reports: dict[tuple[str, date], BillReport] = field(default_factory=dict)
    refunds: dict[RefundId, Refund] = field(default_factory=dict)
    notices: dict[bytes, KeptNotice] = field(default_factory=dict)
    messages: list[SentMessage] = field(default_factory=list)
    effects: set[str] = field(default_factory=set)
    change_requests: dict[ChangeRequestId, ChangeRequest] = field(default_factory=dict)
    authorities: dict[AuthorityId, Authority] = field(default_factory=dict)
    one_time_passwords: dict[AccountId, OneTimePassword] = field(default_factory=dict)
    early_reports: dict[str, DeliveryReport] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    codes: dict[SmsCodeId, SmsCode] = field(default_factory=dict)
    proofs: dict[str, PhoneProof] = field(default_factory=dict)
    windows: dict[tuple[str, str], tuple[int, datetime]] = field(default_factory=dict)
    recoveries: dict[RecoveryId, Recovery] = field(default_factory=dict)
