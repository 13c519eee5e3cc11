"""A clerk imports exams: what differs is the next version, and its entry says what, before and after."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.authority import Authority, PasswordReset
from chalicelib.domain.catalogue import Change, authority_subject, offering_subject
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.errors import ChangedElsewhereError
from chalicelib.domain.exam import Exam, Offering
from chalicelib.domain.ids import AuthorityId
from chalicelib.usecases.desk.import_catalogue import import_authority, import_exam
from chalicelib.usecases.ports import StaleWriteError
from tests.builders import AUTHORITY_ID, EXAM_ID, NOW, an_entry, an_exam, an_offering
from tests.fakes import World
from tests.fakes.exams import FakeExams
from tests.fakes.help_desk import FakeAuthorities

SUBJECT = offering_subject(EXAM_ID, AUTHORITY_ID)
FEES = dict(an_offering().subject_fees_fen)
DEARER = FEES | {"law": 6500}


@pytest.fixture
def world() -> World:
    world = World()
    import_exam(an_exam(), [an_offering()], an_entry(1), exams=world.exams)
    return world


def latest(world: World, on_whom: str = SUBJECT) -> AuditEntry:
    return world.audit_log.of(on_whom)[-1]


def test_a_new_exam_has_an_entry_and_so_has_each_of_its_offerings(world: World) -> None:
    for on_whom in (EXAM_ID, SUBJECT):
        (entry,) = world.audit_log.of(on_whom)
        assert (entry.what, entry.at, entry.reason) == ("import_exam", NOW, an_entry().reason)
        assert entry.clerk == an_entry().clerk
        assert entry.before == ""
        assert entry.after.endswith("version=1")
    assert '"law":' in latest(world).after


def test_of_what_is_changed_the_entry_has_the_fields_before_and_after(world: World) -> None:
    policy = replace(an_offering().policy, allows_cancelling_confirmation=True)
    changed = an_offering(subject_fees_fen=DEARER, policy=policy)
    assert import_exam(an_exam(), [changed], an_entry(2, reason="省发改委调价"), exams=world.exams)
    assert world.exams.fresh_offering(EXAM_ID, AUTHORITY_ID) == replace(changed, version=2)
    entry = latest(world)
    assert entry.reason == "省发改委调价"
    assert f'"law":{FEES["law"]}' in entry.before
    assert '"law":6500' in entry.after
    assert '"allows_cancelling_confirmation":false' in entry.before
    assert '"allows_cancelling_confirmation":true' in entry.after
    assert [entry.before.split()[-1], entry.after.split()[-1]] == ["version=1", "version=2"]
    assert "windows=" not in entry.before + entry.after
    assert len(world.audit_log.of(EXAM_ID)) == 1  # the exam itself is as it was


def test_windows_are_told_as_moments(world: World) -> None:
    windows = an_offering().windows
    moved = replace(windows, ticket=replace(windows.ticket, end=windows.ticket.end.replace(minute=59)))
    import_exam(an_exam(), [an_offering(windows=moved)], an_entry(2), exams=world.exams)
    assert windows.ticket.end.isoformat() in latest(world).before
    assert moved.ticket.end.isoformat() in latest(world).after


def test_a_long_value_is_told_as_its_hash(world: World) -> None:
    text = "本人承诺。" * 1000
    import_exam(an_exam(), [an_offering(commitment_text=text)], an_entry(2), exams=world.exams)
    assert f"commitment_text=sha256:{hash_of_text(text)}" in latest(world).after
    assert "本人承诺" not in latest(world).after


def test_what_is_so_already_is_not_written_again(world: World) -> None:
    assert not import_exam(an_exam(), [an_offering()], an_entry(2), exams=world.exams)
    assert world.exams.get(EXAM_ID) == (an_exam(), [an_offering()])
    assert len(world.memory.audit) == 2


def test_an_exam_alone_may_change(world: World) -> None:
    assert import_exam(an_exam(name="改名"), [an_offering()], an_entry(2), exams=world.exams)
    entry = latest(world, EXAM_ID)
    assert (entry.before, entry.after) == (f'name="{an_exam().name}" version=1', 'name="改名" version=2')
    assert len(world.audit_log.of(SUBJECT)) == 1


def test_another_authority_is_left_as_it_is(world: World) -> None:
    dalian = an_offering(authority_id=AuthorityId("dalian"))
    import_exam(an_exam(), [dalian], an_entry(2), exams=world.exams)
    assert world.exams.get(EXAM_ID) == (an_exam(), [dalian, an_offering()])
    assert len(world.audit_log.of(SUBJECT)) == 1


class _Overtaken(FakeExams):
    def take_in(self, exam: Change[Exam] | None, offerings: Sequence[Change[Offering]]) -> None:
        raise StaleWriteError


class _OvertakenAuthorities(FakeAuthorities):
    def take_in(self, change: Change[Authority]) -> None:
        raise StaleWriteError


def test_who_comes_second_is_told(world: World) -> None:
    with pytest.raises(ChangedElsewhereError):
        import_exam(an_exam(name="改名"), [], an_entry(2), exams=_Overtaken(world.memory))
    with pytest.raises(ChangedElsewhereError):
        import_authority(
            Authority(id=AUTHORITY_ID, name="沈阳市"),
            an_entry(2),
            authorities=_OvertakenAuthorities(world.memory),
        )


def test_what_an_authority_settles_for_its_help_desk_leaves_an_entry(world: World) -> None:
    authority = Authority(id=AUTHORITY_ID, name="沈阳市")
    fixed = replace(authority, password_reset=PasswordReset.FIXED)
    assert import_authority(authority, an_entry(2), authorities=world.authorities)
    assert import_authority(fixed, an_entry(3), authorities=world.authorities)
    assert not import_authority(fixed, an_entry(4), authorities=world.authorities)
    first, second = world.audit_log.of(authority_subject(AUTHORITY_ID))
    assert (first.what, first.before) == ("import_authority", "")
    assert (second.before, second.after) == (
        'password_reset="random" version=1',
        'password_reset="fixed" version=2',
    )
