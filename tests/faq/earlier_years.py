"""What the archive holds of a candidate, and what the page asks before it saves."""

from typing import Any

from chalicelib.domain.archive import ArchiveEntry, ArchiveRecord
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate


def archived(world: World, someone: Candidate, *records: ArchiveRecord) -> Candidate:
    """The candidate, whose ID number has these records."""
    world.archive.keep([ArchiveEntry(someone.account.identity, record) for record in records])
    return someone


def preview(someone: Candidate, registration: Answer, **choices: Any) -> Answer:
    """What the page is told before these choices are saved."""
    path = f"/registrations/{registration['registration_id']}/choices/preview"
    answer = someone.send("POST", path, {"choices": choices})
    assert answer.status_code == 200, answer.body
    return dict(answer.json_body)


def try_to_save(someone: Candidate, registration: Answer, **choices: Any) -> tuple[int, str, str | None]:
    """Save without having asked: status, code and the field at fault."""
    path = f"/registrations/{registration['registration_id']}/choices"
    answer = someone.send("PUT", path, {"version": registration["version"], "choices": choices})
    return answer.status_code, answer.json_body.get("code", ""), answer.json_body.get("field")


def subjects_passed(registration: Answer) -> dict[str, int]:
    """Each subject that counts with the year in which it was passed."""
    return {each["subject"]: each["year"] for each in registration["standing"]["passes"]}
