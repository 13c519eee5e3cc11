"""The catalogue: what an import wrote is what is read, at the latest half a minute later."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from chalicelib.domain.exam import Offering, Window
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.domain.windows import WindowName, extended
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW, an_entry, an_exam, an_offering
from tests.contracts.stores import Stores

DALIAN = AuthorityId("dalian")


def test_an_exam_and_its_offerings_come_back_as_they_were(stores: Stores) -> None:
    offering, other = an_offering(), an_offering(authority_id=DALIAN, authority_name="大连市人事考试中心")
    stores.exams.put(an_exam(link="https://exam.example/"), [offering, other])
    exam = an_exam(link="https://exam.example/")
    assert stores.exams.get(EXAM_ID) == (exam, [other, offering])
    assert stores.exams.offering(EXAM_ID, AUTHORITY_ID) == (exam, offering)
    assert stores.exams.all() == [(exam, [other, offering])]


def test_a_window_in_the_authoritys_time_zone_means_the_same_moments(stores: Stores) -> None:
    shanghai = timezone(timedelta(hours=8))
    window = Window(NOW.astimezone(shanghai), (NOW + timedelta(days=1)).astimezone(shanghai))
    offering = an_offering(windows=replace(an_offering().windows, payment=window))
    stores.exams.put(an_exam(), [offering])
    found = stores.exams.offering(EXAM_ID, AUTHORITY_ID)
    assert found is not None
    assert found[1] == offering
    assert NOW in found[1].windows.payment


def test_what_is_not_held_is_not_found(stores: Stores) -> None:
    assert stores.exams.all() == []
    assert stores.exams.get(EXAM_ID) is None
    stores.exams.put(an_exam(), [an_offering()])
    assert stores.exams.get(ExamId("another")) is None
    assert stores.exams.offering(EXAM_ID, DALIAN) is None
    assert stores.exams.offering(ExamId("another"), AUTHORITY_ID) is None


def test_exams_are_listed_by_id_also_those_that_nobody_offers_here(stores: Stores) -> None:
    second = an_exam(id=ExamId("cost-engineer-2026"), link="https://elsewhere.example/")
    stores.exams.put(an_exam(), [an_offering()])
    stores.exams.put(second, [])
    assert stores.exams.all() == [(second, []), (an_exam(), [an_offering()])]


def test_an_import_replaces_what_it_brings_and_leaves_the_other_offerings(stores: Stores) -> None:
    stores.exams.put(an_exam(), [an_offering(), an_offering(authority_id=DALIAN)])
    assert stores.exams.get(EXAM_ID)
    renamed, moved = an_exam(name="一级注册建造师"), an_offering(authority_name="沈阳")
    stores.exams.put(renamed, [moved])
    stores.clock.advance(seconds=30)
    replaced = replace(moved, version=2)
    assert stores.exams.get(EXAM_ID) == (renamed, [an_offering(authority_id=DALIAN), replaced])


def an_extension() -> Offering:
    return extended(an_offering(), WindowName.REGISTRATION, NOW + timedelta(days=7), NOW)


def test_what_a_clerk_changes_of_an_offering_is_seen_with_its_entry(stores: Stores) -> None:
    stores.exams.put(an_exam(), [an_offering()])
    entry = an_entry(on_whom=f"{EXAM_ID}/{AUTHORITY_ID}", what="extend_window")
    stores.exams.change_offering(an_offering(), an_extension(), entry)
    assert stores.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) == an_extension()
    assert stores.exams.offering(EXAM_ID, AUTHORITY_ID) == (an_exam(), an_extension())
    assert list(stores.audit_log.of(entry.on_whom)) == [entry]


def test_of_two_clerks_who_change_one_offering_the_second_looks_again(stores: Stores) -> None:
    stores.exams.put(an_exam(), [an_offering()])
    stores.exams.change_offering(an_offering(), an_extension(), an_entry(1))
    with pytest.raises(StaleWriteError):
        stores.exams.change_offering(an_offering(), an_extension(), an_entry(2, on_whom="second"))
    assert list(stores.audit_log.of("second")) == []


def test_an_import_is_not_undone_by_a_clerk_who_looked_before_it(stores: Stores) -> None:
    stores.exams.put(an_exam(), [an_offering()])
    stores.exams.put(an_exam(), [an_offering(authority_name="沈阳")])
    with pytest.raises(StaleWriteError):
        stores.exams.change_offering(an_offering(), an_extension(), an_entry())


def test_the_fresh_look_at_what_is_not_held_finds_nothing(stores: Stores) -> None:
    assert stores.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) is None


def test_an_exam_may_be_offered_by_more_authorities_than_one_transaction_holds(stores: Stores) -> None:
    offerings = [an_offering(authority_id=AuthorityId(f"city-{number:03}")) for number in range(120)]
    stores.exams.put(an_exam(), offerings)
    assert stores.exams.get(EXAM_ID) == (an_exam(), offerings)
