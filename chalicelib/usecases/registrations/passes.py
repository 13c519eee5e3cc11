"""What a candidate has passed already, beside a registration: judged for its choices."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.account import Account
from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.exam import Exam
from chalicelib.domain.registration import Choices
from chalicelib.domain.returning import Standing, standing_of
from chalicelib.usecases.ports import Archive
from chalicelib.usecases.registrations.situation import Situation


def with_passes(situation: Situation, account: Account, archive: Archive) -> Situation:
    """The situation with what the archive, freshly read, means for its registration."""
    return judged(situation, account, archive.of(account.identity, situation.exam.code))


def judged(situation: Situation, account: Account, records: Sequence[ArchiveRecord]) -> Situation:
    """The situation with what these records mean for its registration."""
    standing = standing_for(situation.registration.choices, situation.exam, account, records)
    return replace(situation, facts=replace(situation.facts, returning=standing))


def standing_for(
    choices: Choices, exam: Exam, account: Account, records: Sequence[ArchiveRecord]
) -> Standing:
    """What the records mean for this account's choices."""
    name = account.identity.name
    return standing_of(records, exam, name=name, level=choices.level, major=choices.major)


def first_choices(exam: Exam, account: Account, records: Sequence[ArchiveRecord]) -> Choices:
    """What a new registration begins with: a returning candidate's level and major (FAQ 14)."""
    standing = standing_for(Choices(), exam, account, records)
    if not standing.is_returning:
        return Choices()
    majors = {major.code for major in exam.majors}
    return Choices(level=standing.level, major=standing.major if standing.major in majors else None)
