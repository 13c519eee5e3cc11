"""The catalogue: what an import wrote is what is read, at the latest half a minute later."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from chalicelib.domain.catalogue import Change, change_of, offering_subject
from chalicelib.domain.exam import Exam, Offering, Window
from chalicelib.domain.ids import AuthorityId, ExamId
from chalicelib.domain.windows import WindowName, extended
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW, an_entry, an_exam, an_offering
from tests.contracts.given import put_exam
from tests.contracts.stores import Stores

DALIAN = AuthorityId("dalian")
SUBJECT = offering_subject(EXAM_ID, AUTHORITY_ID)
CatalogueChanges = tuple[Change[Exam], list[Change[Offering]]]


def test_an_exam_and_its_offerings_come_back_as_they_were(stores: Stores) -> None:
    offering, other = an_offering(), an_offering(authority_id=DALIAN, authority_name="大连市人事考试中心")
    put_exam(stores.exams, an_exam(link="https://exam.example/"), [offering, other])
    exam = an_exam(link="https://exam.example/")
    assert stores.exams.get(EXAM_ID) == (exam, [other, offering])
    assert stores.exams.offering(EXAM_ID, AUTHORITY_ID) == (exam, offering)
    assert stores.exams.all() == [(exam, [other, offering])]


def test_a_window_in_the_authoritys_time_zone_means_the_same_moments(stores: Stores) -> None:
    shanghai = timezone(timedelta(hours=8))
    window = Window(NOW.astimezone(shanghai), (NOW + timedelta(days=1)).astimezone(shanghai))
    offering = an_offering(windows=replace(an_offering().windows, payment=window))
    put_exam(stores.exams, an_exam(), [offering])
    found = stores.exams.offering(EXAM_ID, AUTHORITY_ID)
    assert found is not None
    assert found[1] == offering
    assert NOW in found[1].windows.payment


def test_what_is_not_held_is_not_found(stores: Stores) -> None:
    assert stores.exams.all() == []
    assert stores.exams.get(EXAM_ID) is None
    put_exam(stores.exams, an_exam(), [an_offering()])
    assert stores.exams.get(ExamId("another")) is None
    assert stores.exams.offering(EXAM_ID, DALIAN) is None
    assert stores.exams.offering(ExamId("another"), AUTHORITY_ID) is None


def test_exams_are_listed_by_id_also_those_that_nobody_offers_here(stores: Stores) -> None:
    second = an_exam(id=ExamId("cost-engineer-2026"), link="https://elsewhere.example/")
    put_exam(stores.exams, an_exam(), [an_offering()])
    put_exam(stores.exams, second, [])
    assert stores.exams.all() == [(second, []), (an_exam(), [an_offering()])]


def test_an_import_replaces_what_it_brings_and_leaves_the_other_offerings(stores: Stores) -> None:
    put_exam(stores.exams, an_exam(), [an_offering(), an_offering(authority_id=DALIAN)])
    assert stores.exams.get(EXAM_ID)
    renamed, moved = an_exam(name="一级注册建造师"), an_offering(authority_name="沈阳")
    put_exam(stores.exams, renamed, [moved])
    stores.clock.advance(seconds=30)
    replaced = replace(moved, version=2)
    renamed = replace(renamed, version=2)
    assert stores.exams.get(EXAM_ID) == (renamed, [an_offering(authority_id=DALIAN), replaced])


def changes_to(stores: Stores, number: int, exam: Exam, *offerings: Offering) -> CatalogueChanges:
    of_exam = change_of(stores.exams.fresh_exam(exam.id), exam, an_entry(number))
    assert of_exam is not None
    of_offerings = [
        change_of(stores.exams.fresh_offering(exam.id, each.authority_id), each, an_entry(number))
        for each in offerings
    ]
    return of_exam, [change for change in of_offerings if change is not None]


def test_what_an_import_changes_is_written_with_its_entries(stores: Stores) -> None:
    first = changes_to(stores, 1, an_exam(), an_offering(), an_offering(authority_id=DALIAN))
    stores.exams.take_in(*first)
    second = changes_to(stores, 2, an_exam(name="一级注册建造师"), an_offering(providers=()))
    assert [change.changed.providers for change in second[1]] == [()]
    stores.exams.take_in(*second)
    assert list(stores.audit_log.of(EXAM_ID)) == [first[0].entry, second[0].entry]
    assert list(stores.audit_log.of(SUBJECT)) == [first[1][0].entry, second[1][0].entry]
    assert list(stores.audit_log.of(offering_subject(EXAM_ID, DALIAN))) == [first[1][1].entry]


def test_an_import_that_comes_second_changes_nothing_and_leaves_no_entry(stores: Stores) -> None:
    """Both at a new exam and at one that is there; by an offering, or by the exam alone."""
    for number, name in enumerate(("一级", "二级")):
        first = changes_to(stores, number, an_exam(name=name), an_offering(authority_name=name))
        late = changes_to(stores, number + 10, an_exam(name="三级"), an_offering(authority_name="三级"))
        stores.exams.take_in(*first)
        with pytest.raises(StaleWriteError):
            stores.exams.take_in(*late)
        with pytest.raises(StaleWriteError):
            stores.exams.take_in(late[0], [])
        assert stores.exams.fresh_exam(EXAM_ID) == first[0].changed
        assert stores.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) == first[1][0].changed
    assert len(stores.audit_log.of(EXAM_ID)) == len(stores.audit_log.of(SUBJECT)) == 2


def test_an_import_undoes_no_clerk_who_was_faster(stores: Stores) -> None:
    put_exam(stores.exams, an_exam(), [an_offering()])
    _, late = changes_to(stores, 1, an_exam(name="改名"), an_offering(providers=()))
    stores.exams.change_offering(an_offering(), an_extension(), an_entry(2, on_whom=SUBJECT))
    with pytest.raises(StaleWriteError):
        stores.exams.take_in(None, late)
    assert stores.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) == an_extension()


def an_extension() -> Offering:
    return extended(an_offering(), WindowName.REGISTRATION, NOW + timedelta(days=7), NOW)


def test_what_a_clerk_changes_of_an_offering_is_seen_with_its_entry(stores: Stores) -> None:
    put_exam(stores.exams, an_exam(), [an_offering()])
    entry = an_entry(on_whom=SUBJECT, at=NOW + timedelta(hours=1), what="extend_window")
    stores.exams.change_offering(an_offering(), an_extension(), entry)
    assert stores.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) == an_extension()
    assert stores.exams.offering(EXAM_ID, AUTHORITY_ID) == (an_exam(), an_extension())
    assert list(stores.audit_log.of(entry.on_whom))[1:] == [entry]


def test_of_two_clerks_who_change_one_offering_the_second_looks_again(stores: Stores) -> None:
    put_exam(stores.exams, an_exam(), [an_offering()])
    stores.exams.change_offering(an_offering(), an_extension(), an_entry(1))
    with pytest.raises(StaleWriteError):
        stores.exams.change_offering(an_offering(), an_extension(), an_entry(2, on_whom="second"))
    assert list(stores.audit_log.of("second")) == []


def test_an_import_is_not_undone_by_a_clerk_who_looked_before_it(stores: Stores) -> None:
    put_exam(stores.exams, an_exam(), [an_offering()])
    put_exam(stores.exams, an_exam(), [an_offering(authority_name="沈阳")])
    with pytest.raises(StaleWriteError):
        stores.exams.change_offering(an_offering(), an_extension(), an_entry())


def test_the_fresh_look_at_what_is_not_held_finds_nothing(stores: Stores) -> None:
    assert stores.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) is None


def test_an_exam_may_be_offered_by_more_authorities_than_one_transaction_holds(stores: Stores) -> None:
    offerings = [an_offering(authority_id=AuthorityId(f"city-{number:03}")) for number in range(120)]
    put_exam(stores.exams, an_exam(), offerings)
    assert stores.exams.get(EXAM_ID) == (an_exam(), offerings)
