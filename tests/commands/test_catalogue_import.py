"""Importing a folder of exams: what it changes of what is there has a clerk, a reason and an entry."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from chalicelib.domain.audit import AuditEntry, ReasonMissingError
from chalicelib.domain.authority import PasswordReset
from chalicelib.domain.errors import InvalidInputError
from chalicelib.domain.ids import AuthorityId, ExamId
from commands.catalogue.__main__ import main, read_arguments, run
from commands.catalogue.files import CatalogueError
from local.programs import SAMPLES
from local.sample_exams import import_sample_exams
from tests.api.browser import services_of
from tests.builders import NOW
from tests.fakes import World

EXAM, DALIAN = ExamId("social-worker-2026"), AuthorityId("dalian")
AGAIN = ("--again", "--reason", "省发改委调价")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copytree(SAMPLES, tmp_path / "samples")


def imported(world: World, folder: Path, *words: str, authority: str = "liaoning") -> int:
    who = ("--authority", authority, "--clerk", "zhang")
    return run(read_arguments().parse_args(["import", str(folder), *who, *words]), services_of(world))


def rewritten(file: Path, change: Callable[[Any], object]) -> None:
    written = json.loads(file.read_text(encoding="utf-8"))
    change(written)
    file.write_text(json.dumps(written), encoding="utf-8")


def dearer(exam: Any) -> None:
    fees = exam["offerings"][0]["subject_fees_fen"]
    exam["offerings"][0]["subject_fees_fen"] = {code: fee + 100 for code, fee in fees.items()}


def entries(world: World, on_whom: str) -> list[AuditEntry]:
    return list(world.audit_log.of(on_whom))


def test_the_first_import_leaves_who_and_when(world: World, folder: Path) -> None:
    assert imported(world, folder) == 0
    (entry,) = entries(world, f"{EXAM}/liaoning")
    assert (entry.what, entry.at, entry.reason, entry.before) == ("import_exam", NOW, "首次导入考试", "")
    assert (entry.clerk.name, entry.clerk.authority_id) == ("zhang", "liaoning")
    assert len(entries(world, EXAM)) == len(entries(world, "authority/dalian")) == 1


def test_what_is_there_is_left_alone(world: World, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    imported(world, folder)
    before, audit = world.exams.get(EXAM), len(world.memory.audit)
    rewritten(folder / "social-worker.json", dearer)
    rewritten(folder / "authorities" / "dalian.json", lambda it: it.update(password_reset="random"))
    imported(world, folder)
    assert world.exams.get(EXAM) == before
    assert len(world.memory.audit) == audit
    dalian = world.authorities.get(DALIAN)
    assert dalian is not None
    assert dalian.password_reset is PasswordReset.FIXED
    assert capsys.readouterr().out.splitlines()[-1] == "0 exams and 0 authorities written"


def test_on_request_it_is_changed_with_a_reason_and_an_entry(
    world: World, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(world, folder)
    audit = len(world.memory.audit)
    rewritten(folder / "social-worker.json", dearer)
    rewritten(folder / "authorities" / "dalian.json", lambda it: it.update(password_reset="random"))
    assert imported(world, folder, *AGAIN) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 exams and 1 authorities written"
    fees, settled = world.memory.audit[audit:][::-1]
    assert (fees.on_whom, fees.reason, fees.clerk.name) == (f"{EXAM}/liaoning", "省发改委调价", "zhang")
    assert fees.before.startswith("subject_fees_fen=")
    assert fees.before != fees.after
    assert (settled.on_whom, settled.after) == ("authority/dalian", 'password_reset="random" version=2')


def test_the_same_import_again_changes_nothing_on_the_same_day(world: World, folder: Path) -> None:
    imported(world, folder)
    audit = len(world.memory.audit)
    imported(world, folder, *AGAIN)
    assert len(world.memory.audit) == audit
    world.clock.advance(days=1)
    imported(world, folder, *AGAIN)
    assert "windows=" in entries(world, f"{EXAM}/liaoning")[-1].after


@pytest.mark.parametrize("reason", [(), ("--reason", " ")])
def test_nothing_is_changed_without_a_reason(
    world: World, folder: Path, reason: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    if reason:
        with pytest.raises(ReasonMissingError):
            imported(world, folder, "--again", *reason)
    else:
        with pytest.raises(SystemExit):
            main(["import", str(folder), "--authority", "liaoning", "--again"])
        assert "--reason" in capsys.readouterr().err
    assert world.exams.all() == []
    assert world.authorities.get(DALIAN) is None


def test_a_clerk_is_one_of_an_authority_that_somebody_knows(world: World, folder: Path) -> None:
    with pytest.raises(InvalidInputError):
        imported(world, folder, authority="laioning")
    assert world.exams.all() == []
    with pytest.raises(SystemExit):
        main(["import", str(folder)])


def test_the_sample_authorities_are_imported_beside_the_exams(world: World) -> None:
    import_sample_exams(services_of(world))
    dalian = world.authorities.get(DALIAN)
    assert dalian is not None
    assert (dalian.name, dalian.password_reset) == ("大连市", PasswordReset.FIXED)
    assert {entry.clerk.name for entry in world.memory.audit} == {"make run"}
    written = import_sample_exams(services_of(world))
    assert str(written) == "0 exams and 0 authorities written"


def test_an_offering_that_makes_no_sense_is_not_imported(world: World, tmp_path: Path) -> None:
    text = (SAMPLES / "economist.json").read_text(encoding="utf-8")
    (tmp_path / "economist.json").write_text(text.replace('"alipay"', '"alipya"'), encoding="utf-8")
    (tmp_path / "commitment-1.txt").write_text("本人承诺。", encoding="utf-8")
    with pytest.raises(
        CatalogueError, match=r"economist\.json: liaoning: the payment provider alipya is unknown"
    ):
        imported(world, tmp_path)
    assert world.exams.all() == []
    assert world.clock.now() - NOW < timedelta(seconds=1)
