"""What an import changes of the catalogue, and how the audit log says it: by fields, before and after."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Generic, TypeVar

from chalicelib.domain.audit import Act, AuditEntry
from chalicelib.domain.authority import Authority
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AuthorityId, ExamId

_T = TypeVar("_T", Exam, Offering, Authority)
LONGEST_VALUE = 1000
"""In signs. What is longer, such as a text to be signed, stands in the log as its hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[_T]):
    """One thing of the catalogue as it was read, as it is to be, and the entry that says so."""

    seen: _T | None
    changed: _T
    entry: AuditEntry


def change_of(seen: _T | None, given: _T, entry: AuditEntry) -> Change[_T] | None:
    """What bringing in `given` comes to, as the next version of it; None where it is so already.

    `entry` says who, when and why.
    """
    changed = replace(given, version=seen.version + 1 if seen else 1)
    names = [each.name for each in fields(changed)]
    differing = [name for name in names if seen is None or getattr(seen, name) != getattr(changed, name)]
    if differing == ["version"]:
        return None
    on_whom, act = _named(given)
    before, after = (_told(one, differing) for one in (seen, changed))
    return Change(
        seen=seen,
        changed=changed,
        entry=replace(entry, on_whom=on_whom, what=act, before=before, after=after),
    )


def offering_subject(exam_id: ExamId, authority_id: AuthorityId) -> str:
    """Under what the audit log keeps whatever is done to an offering."""
    return f"{exam_id}/{authority_id}"


def authority_subject(authority_id: AuthorityId) -> str:
    """Under what the audit log keeps whatever is done to an authority itself."""
    return f"authority/{authority_id}"


def _named(one: Exam | Offering | Authority) -> tuple[str, Act]:
    if isinstance(one, Exam):
        return one.id, Act.IMPORT_EXAM
    if isinstance(one, Offering):
        return offering_subject(one.exam_id, one.authority_id), Act.IMPORT_EXAM
    return authority_subject(one.id), Act.IMPORT_AUTHORITY


def _told(one: Exam | Offering | Authority | None, names: Iterable[str]) -> str:
    if one is None:
        return ""
    plain = asdict(one)
    return " ".join(f"{name}={_short(plain[name])}" for name in names)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_moment)
    if len(text) <= LONGEST_VALUE:
        return text
    # A text to be signed has the hash by which signatures know it.
    return f"sha256:{hash_of_text(value if isinstance(value, str) else text)}"


def _moment(value: datetime) -> str:
    return value.isoformat()
