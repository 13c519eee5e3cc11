"""The archive: read by ID number and exam, whatever the name; said again, an import changes nothing."""

from dataclasses import replace

from chalicelib.domain.archive import ArchiveEntry
from chalicelib.domain.identity import IdType
from chalicelib.usecases.ports import Written
from tests.builders import EXAM_CODE, an_archive_record, an_identity
from tests.contracts.stores import Stores

PERSON = an_identity(1)
LAST_YEAR = an_archive_record(2025, major="building", passed=("economy", "law"), certificate_year=2026)
BEFORE = an_archive_record(2024, sat=False, passed=())


def test_what_was_kept_comes_back_oldest_first(stores: Stores) -> None:
    assert stores.archive.of(PERSON, EXAM_CODE) == ()
    written = stores.archive.keep([ArchiveEntry(PERSON, LAST_YEAR), ArchiveEntry(PERSON, BEFORE)])
    assert written == Written(added=2)
    assert stores.archive.of(PERSON, EXAM_CODE) == (BEFORE, LAST_YEAR)


def test_the_name_does_not_decide_whose_it_is_but_the_id_number_its_type_and_the_exam_do(
    stores: Stores,
) -> None:
    stores.archive.keep([ArchiveEntry(PERSON, LAST_YEAR)])
    assert stores.archive.of(replace(PERSON, name="另一个名字"), EXAM_CODE) == (LAST_YEAR,)
    assert stores.archive.of(an_identity(2), EXAM_CODE) == ()
    assert stores.archive.of(replace(PERSON, id_type=IdType.FOREIGN_RESIDENT_CARD), EXAM_CODE) == ()
    assert stores.archive.of(PERSON, "cost-engineer") == ()


def test_the_same_again_changes_nothing_and_another_record_replaces_that_of_its_year(stores: Stores) -> None:
    stores.archive.keep([ArchiveEntry(PERSON, BEFORE), ArchiveEntry(PERSON, LAST_YEAR)])
    corrected = replace(LAST_YEAR, name="王小明")
    entries = [
        ArchiveEntry(PERSON, corrected),
        ArchiveEntry(PERSON, BEFORE),
        ArchiveEntry(an_identity(2), BEFORE),
    ]
    assert stores.archive.keep(entries) == Written(added=1, changed=1, unchanged=1)
    assert stores.archive.keep(entries) == Written(unchanged=3)
    assert stores.archive.of(PERSON, EXAM_CODE) == (BEFORE, corrected)


def test_more_entries_than_one_request_takes(stores: Stores) -> None:
    entries = [ArchiveEntry(an_identity(number), LAST_YEAR) for number in range(130)]
    assert stores.archive.keep(entries[:30]) == Written(added=30)
    assert stores.archive.keep(entries) == Written(added=100, unchanged=30)
    assert stores.archive.of(an_identity(129), EXAM_CODE) == (LAST_YEAR,)


def test_no_entries_are_no_work(stores: Stores) -> None:
    assert stores.archive.keep([]) == Written()
