"""Where each thing lies. Two things with one key cannot both exist: so the store keeps what is unique.

Phones, ID numbers and names enter a key only as fingerprints; which rows lie there is said in `tables.py`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zlib import crc32

from chalicelib.domain.account import username_key
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import (
    AccountId,
    AuthorityId,
    CredentialId,
    ExamId,
    MaterialId,
    OrderId,
    RecoveryId,
    RegistrationId,
    SmsCodeId,
)
from chalicelib.domain.payment import Trade
from chalicelib.domain.sms import Limit
from chalicelib.storage.attributes import fixed_width
from chalicelib.usecases.ports import Sealer

ORDER_SHARDS = 16
CHECK_SHARDS = 4
REVIEW_SHARDS = 4


class Table(StrEnum):
    """What lasts, and what soon expires."""

    RECORDS = "records"
    EPHEMERA = "ephemera"


@dataclass(frozen=True, slots=True)
class Key:
    """The place of one item."""

    table: Table
    pk: str
    sk: str


def account(account_id: AccountId) -> Key:
    """An account; its credentials and registrations lie beside it."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", "ACCOUNT")


CREDENTIALS = "CREDENTIAL#"
"""Every credential of an account begins so."""
ARCHIVE_YEARS = "YEAR#"
"""Every year of a person's archive for one exam begins so."""
REGISTRATIONS = "REGISTRATION#"
"""Every registration of an account begins so."""
MATERIALS = "MATERIAL#"
"""Every material of an account begins so."""
OFFERINGS = "OFFERING#"
"""Every offering of an exam begins so."""
AUDIT_ENTRIES = "ENTRY#"
"""Every entry of what clerks did begins so."""
INTEGRITY_RECORDS = "RECORD#"
"""Every integrity record of an ID number begins so."""


def credential(account_id: AccountId, credential_id: CredentialId) -> Key:
    """A credential: the same facts have the same id, so a duplicate meets the first one."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", f"{CREDENTIALS}{credential_id}")


def checked(pk: str, sk: str) -> tuple[AccountId, CredentialId | None]:
    """Whose identity or which credential lies at this place."""
    account_id = AccountId(pk.removeprefix("ACCOUNT#"))
    return account_id, CredentialId(sk.removeprefix(CREDENTIALS)) if sk.startswith(CREDENTIALS) else None


def credential_count(account_id: AccountId) -> Key:
    """How many credentials an account has."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", "CREDENTIALS")


def registration(account_id: AccountId, registration_id: RegistrationId) -> Key:
    """A registration of an account."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", f"{REGISTRATIONS}{registration_id}")


def materials(registration_id: RegistrationId) -> str:
    """Every material of a registration begins so."""
    return f"{MATERIALS}{registration_id}#"


def material(account_id: AccountId, registration_id: RegistrationId, material_id: MaterialId) -> Key:
    """One material of a registration, beside its account."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", f"{materials(registration_id)}{material_id}")


def material_count(account_id: AccountId, registration_id: RegistrationId) -> Key:
    """How many materials a registration has."""
    return Key(Table.RECORDS, f"ACCOUNT#{account_id}", f"MATERIALS#{registration_id}")


def username(written: str) -> Key:
    """The claim on a username, whatever its case."""
    return Key(Table.RECORDS, f"USERNAME#{username_key(written)}", "CLAIM")


def phone(number: str, sealer: Sealer) -> Key:
    """The claim on a phone: one phone, one account (FAQ 2)."""
    return Key(Table.RECORDS, f"PHONE#{phone_fingerprint(number, sealer)}", "CLAIM")


def phone_fingerprint(number: str, sealer: Sealer) -> str:
    """What stands for a phone where it must not be read."""
    return sealer.fingerprint(number, context="phone")


def person(identity: Identity, sealer: Sealer) -> Key:
    """The claim on a name with an ID number: one person, one account (FAQ 1)."""
    return Key(Table.RECORDS, f"PERSON#{sealer.fingerprint(identity.person_key, context='person')}", "CLAIM")


def id_number(number: str, sealer: Sealer) -> Key:
    """The accounts under one ID number, whatever the name and the ID type."""
    return Key(Table.RECORDS, f"IDNUMBER#{sealer.fingerprint(number, context='id_number')}", "ACCOUNTS")


def live(exam_id: ExamId, identity: Identity, sealer: Sealer) -> Key:
    """The live key: one registration for each ID number, exam and year, whatever the account."""
    fingerprint = sealer.fingerprint(identity.id_key, context="live")
    return Key(Table.RECORDS, f"LIVE#{exam_id}#{fingerprint}", "CLAIM")


def exam(exam_id: ExamId) -> Key:
    """An exam; its offerings lie beside it."""
    return Key(Table.RECORDS, f"EXAM#{exam_id}", "EXAM")


def offering(exam_id: ExamId, authority_id: AuthorityId) -> Key:
    """An exam as one authority holds it."""
    return Key(Table.RECORDS, f"EXAM#{exam_id}", f"{OFFERINGS}{authority_id}")


def catalogue_entry(exam_id: ExamId) -> Key:
    """A line of the list of exams; only an import writes there."""
    return Key(Table.RECORDS, "CATALOGUE", f"EXAM#{exam_id}")


def archive_of(identity: Identity, exam_code: str, sealer: Sealer) -> str:
    """The partition of what earlier years left of an ID number at one exam, whatever its year."""
    return f"ARCHIVE#{exam_code}#{sealer.fingerprint(identity.id_key, context='archive')}"


def archive_year(identity: Identity, exam_code: str, year: int, sealer: Sealer) -> Key:
    """One year of it."""
    return Key(Table.RECORDS, archive_of(identity, exam_code, sealer), f"{ARCHIVE_YEARS}{year:04}")


def order(order_id: OrderId) -> Key:
    """A payment order."""
    return Key(Table.RECORDS, f"ORDER#{order_id}", "ORDER")


def ordered(pk: str) -> OrderId:
    """Which order lies there."""
    return OrderId(pk.removeprefix("ORDER#"))


def trade(taken: Trade) -> Key:
    """The claim on a provider's trade: it pays one order."""
    return Key(Table.RECORDS, f"TRADE#{taken.provider}#{taken.trade_no}", "CLAIM")


def notice(raw: bytes) -> Key:
    """A raw notice under its own hash."""
    return Key(Table.RECORDS, f"NOTICE#{hashlib.sha256(raw).hexdigest()}", "NOTICE")


def audit_of(on_whom: str) -> str:
    """The partition of what clerks did to one account, registration or thing."""
    return f"AUDIT#{on_whom}"


def audit_entry(on_whom: str, at: datetime, entry_id: str) -> Key:
    """One thing that a clerk did; they sort by their moment."""
    return Key(Table.RECORDS, audit_of(on_whom), f"{AUDIT_ENTRIES}{fixed_width(at)}#{entry_id}")


def integrity(id_number: str, sealer: Sealer) -> Key:
    """The head of the integrity records of one ID number: every change of them moves it."""
    return Key(Table.RECORDS, f"INTEGRITY#{sealer.fingerprint(id_number, context='integrity')}", "INTEGRITY")


def integrity_record(id_number: str, record_id: str, sealer: Sealer) -> Key:
    """One integrity record of an ID number."""
    return Key(Table.RECORDS, integrity(id_number, sealer).pk, f"{INTEGRITY_RECORDS}{record_id}")


def closed_commitment(exam_id: ExamId, identity: Identity, sealer: Sealer) -> Key:
    """That an ID number may not adopt the commitment any more for one exam and year, whatever the account."""
    fingerprint = sealer.fingerprint(identity.id_key, context="commitment")
    return Key(Table.RECORDS, f"COMMITMENT#{exam_id}#{fingerprint}", "CLOSED")


def signed_text(text_hash: str) -> Key:
    """A text that candidates sign, under its own hash."""
    return Key(Table.RECORDS, f"TEXT#{text_hash}", "TEXT")


def idempotency(key_hash: str) -> Key:
    """What an earlier request with this key did."""
    return Key(Table.EPHEMERA, f"IDEMPOTENCY#{key_hash}", "IDEMPOTENCY")


def session(token_hash: str) -> Key:
    """A session."""
    return Key(Table.EPHEMERA, f"SESSION#{token_hash}", "SESSION")


def sms_code(code_id: SmsCodeId) -> Key:
    """A code on its way to a phone."""
    return Key(Table.EPHEMERA, f"SMSCODE#{code_id}", "SMSCODE")


def phone_proof(token_hash: str) -> Key:
    """A proof of a phone."""
    return Key(Table.EPHEMERA, f"PROOF#{token_hash}", "PROOF")


def limit(counted: Limit, subject: str, sealer: Sealer) -> Key:
    """A counter of one limit for one phone, address or account."""
    fingerprint = sealer.fingerprint(subject, context="limit")
    return Key(Table.EPHEMERA, f"LIMIT#{counted.name}#{fingerprint}", "LIMIT")


def recovery(recovery_id: RecoveryId) -> Key:
    """A recovery under way."""
    return Key(Table.EPHEMERA, f"RECOVERY#{recovery_id}", "RECOVERY")


def order_shard(order_id: OrderId) -> str:
    """The part of the due index in which an order waits."""
    return shard_of("order", order_id, ORDER_SHARDS)


def check_shard(account_id: AccountId) -> str:
    """The part of the due index in which the verifications of an account wait."""
    return shard_of("verification", account_id, CHECK_SHARDS)


def review_shard(authority_id: AuthorityId, exam_id: ExamId, registration_id: RegistrationId) -> str:
    """The part of an authority's review queue in which a registration waits."""
    return shard_of(review_queue(authority_id, exam_id), registration_id, REVIEW_SHARDS)


def review_queue(authority_id: AuthorityId, exam_id: ExamId) -> str:
    """One for each exam, so that what lapsed in an old one stands in nobody's way."""
    return f"{authority_id}.{exam_id}"


def shards(of: str, count: int) -> list[str]:
    """All parts of one queue."""
    return [f"{of}#{number}" for number in range(count)]


def shard_of(of: str, name: str, count: int) -> str:
    """The part of a queue in which something waits, by its name."""
    return f"{of}#{crc32(name.encode()) % count}"
