"""Education and degree records, and which of them are checked automatically (FAQ 6 to 10)."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.identity import Identity, name_key
from chalicelib.domain.ids import AccountId, CredentialId
from chalicelib.domain.verification import Verification, VerificationState

MOST_CREDENTIALS = 5
EARLIEST_DIPLOMA = date(1940, 1, 1)
"""Before it nobody who may still sit an exam was of age: an earlier year is a slip of the pen."""


class CredentialKind(StrEnum):
    """学历 or 学位."""

    EDUCATION = "education"
    DEGREE = "degree"


class CredentialLevel(StrEnum):
    """How high; the last three are levels of degrees."""

    SECONDARY = "secondary"
    JUNIOR_COLLEGE = "junior_college"
    UNDERGRADUATE = "undergraduate"
    POSTGRADUATE = "postgraduate"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTOR = "doctor"


LEVELS_OF = {
    CredentialKind.EDUCATION: (
        CredentialLevel.SECONDARY,
        CredentialLevel.JUNIOR_COLLEGE,
        CredentialLevel.UNDERGRADUATE,
        CredentialLevel.POSTGRADUATE,
    ),
    CredentialKind.DEGREE: (CredentialLevel.BACHELOR, CredentialLevel.MASTER, CredentialLevel.DOCTOR),
}

# FAQ 6: the national records reach back to these days; below 大专 nothing is recorded.
_CHECKED_SINCE = {CredentialKind.EDUCATION: date(2002, 1, 1), CredentialKind.DEGREE: date(2008, 9, 1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFacts:
    """What stands on the certificate."""

    kind: CredentialKind
    level: CredentialLevel
    school: str
    major: str
    certificate_no: str
    obtained_on: date
    name_on_certificate: str
    foreign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """One record of an account; never changed by the candidate, never deleted (FAQ 8)."""

    id: CredentialId
    account_id: AccountId
    facts: CredentialFacts
    check: Verification
    added_at: datetime
    review_passes: frozenset[str] = frozenset()
    """Codes of the exams whose reviewers passed it: it counts there in later years, too (FAQ 8)."""


def credential_id(facts: CredentialFacts) -> CredentialId:
    """The same facts give the same id, so that an exact duplicate meets the first one's key (FAQ 8)."""
    parts = (facts.kind, facts.level, facts.school, facts.major, facts.certificate_no.upper())
    text = "\n".join(
        [*parts, facts.obtained_on.isoformat(), name_key(facts.name_on_certificate), str(facts.foreign)]
    )
    return CredentialId(hashlib.sha256(text.encode()).hexdigest()[:24])


def is_checked_automatically(facts: CredentialFacts) -> bool:
    """Education of 大专 or above from 2002 on and degrees from 2008-09 on, obtained in China (FAQ 6)."""
    recorded = facts.level is not CredentialLevel.SECONDARY and not facts.foreign
    return recorded and facts.obtained_on >= _CHECKED_SINCE[facts.kind]


def first_check(facts: CredentialFacts, now: datetime) -> Verification:
    """The state in which a new record begins."""
    if is_checked_automatically(facts):
        return Verification(VerificationState.VERIFYING, now)
    return Verification(VerificationState.UNCHECKABLE, now)


def name_differs(credential: Credential, identity: Identity) -> bool:
    """The certificate carries another name than the account (FAQ 9)."""
    return name_key(credential.facts.name_on_certificate) != name_key(identity.name)
