"""The catalogue: what an import wrote is what is read, at the latest half a minute later."""

from dataclasses import replace
from datetime import timedelta, timezone

from chalicelib.domain.exam import Window
from chalicelib.domain.ids import AuthorityId, ExamId
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW, an_exam, an_offering
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
    assert stores.exams.get(EXAM_ID) == (renamed, [an_offering(authority_id=DALIAN), moved])


def test_an_exam_may_be_offered_by_more_authorities_than_one_transaction_holds(stores: Stores) -> None:
    offerings = [an_offering(authority_id=AuthorityId(f"city-{number:03}")) for number in range(120)]
    stores.exams.put(an_exam(), offerings)
    assert stores.exams.get(EXAM_ID) == (an_exam(), offerings)
