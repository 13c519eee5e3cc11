"""Who is known to the authorities and what is answered about whom: the rules of the folder's docstring."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

PEOPLE_FILE = Path(__file__).parents[2] / "people.json"
Outcome = Literal["MATCHED", "MISMATCHED", "NOT_FOUND", "UNCHECKABLE"]
Kind = Literal["identity", "education", "degree"]


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is answered in the end, after how many ERRORs, or that nothing ever is."""

    outcome: Outcome
    fields: tuple[str, ...] = ()
    errors_first: int = 0
    never_answers: bool = False


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One education or degree on record; `name` where the certificate carries another one than the person."""

    kind: Kind
    level: str
    school: str
    major: str
    certificate_no: str
    obtained_on: str
    name: str = ""
    verdict: Verdict | None = None


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One made-up person; `shows` says what registering as them demonstrates."""

    name: str
    id_number: str
    phone: str
    shows: str
    identity: Verdict
    documents: tuple[Document, ...] = ()


class _File(msgspec.Struct, frozen=True):
    people: tuple[Person, ...]


_BY_END_OF_NAME = {
    "不符": Verdict("MISMATCHED", fields=("name",)),
    "查无": Verdict("NOT_FOUND"),
    "不可查": Verdict("UNCHECKABLE"),
    "出错": Verdict("MATCHED", errors_first=1),
    "不答": Verdict("MATCHED", never_answers=True),
}
_BY_END_OF_CERTIFICATE = {
    "001": Verdict("MISMATCHED", fields=("major",)),
    "002": Verdict("NOT_FOUND"),
    "003": Verdict("UNCHECKABLE"),
    "004": Verdict("MATCHED", never_answers=True),
    "005": Verdict("MATCHED", errors_first=1),
}
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_DOTS = dict.fromkeys(map(ord, "•・･‧∙⋅．"), "·")


def read_people(path: Path = PEOPLE_FILE) -> tuple[Person, ...]:
    """The sample people. Raises msgspec.ValidationError for a file of another form."""
    return msgspec.json.decode(path.read_bytes(), type=_File).people


def verdict_on(
    kind: Kind, facts: Mapping[str, str], people: Sequence[Person], *, strangers: Outcome
) -> Verdict:
    """What is answered about these facts."""
    if kind == "identity":
        return _on_identity(facts, people, strangers)
    return _on_document(kind, facts, people, strangers)


def _on_identity(facts: Mapping[str, str], people: Sequence[Person], strangers: Outcome) -> Verdict:
    person = next((p for p in people if p.id_number == facts["id_number"].upper()), None)
    if person is not None:
        is_same = _plain(person.name) == _plain(facts["name"])
        return person.identity if is_same else Verdict("MISMATCHED", fields=("name",))
    if "[" in facts["name"] or not _RESIDENT_ID.fullmatch(facts["id_number"].upper()):
        return Verdict("UNCHECKABLE")
    return _by_end(facts["name"], _BY_END_OF_NAME) or Verdict(
        strangers, fields=_fields_for(strangers, "name")
    )


def _on_document(
    kind: Kind, facts: Mapping[str, str], people: Sequence[Person], strangers: Outcome
) -> Verdict:
    for person in people:
        for document in person.documents:
            if (document.kind, document.certificate_no) == (kind, facts["certificate_no"].upper()):
                return document.verdict or _compared(person, document, facts)
    special = _by_end(facts["certificate_no"], _BY_END_OF_CERTIFICATE)
    return special or Verdict(strangers, fields=_fields_for(strangers, "major"))


def _compared(person: Person, document: Document, facts: Mapping[str, str]) -> Verdict:
    on_record = {
        "name": document.name or person.name,
        "id_number": person.id_number,
        "level": document.level,
        "school": document.school,
        "major": document.major,
        "obtained_on": document.obtained_on,
    }
    differing = tuple(name for name, value in on_record.items() if _plain(value) != _plain(facts[name]))
    return Verdict("MISMATCHED", fields=differing) if differing else Verdict("MATCHED")


def _by_end(text: str, verdicts: Mapping[str, Verdict]) -> Verdict | None:
    return next((verdict for end, verdict in verdicts.items() if text.endswith(end)), None)


def _fields_for(outcome: Outcome, field: str) -> tuple[str, ...]:
    return (field,) if outcome == "MISMATCHED" else ()


def _plain(text: str) -> str:
    """Width, case, spaces and kinds of middle dot do not make another name or word."""
    return "".join(unicodedata.normalize("NFKC", text.translate(_DOTS)).split()).casefold()
