"""The sample archive: every row is taken, in whatever year, and each made-up person stands as promised."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.archive import ArchiveRecord
from chalicelib.domain.exam import Exam
from chalicelib.domain.returning import Standing, standing_of
from chalicelib.usecases.ports import Written
from local.sample_archive import import_sample_archive
from local.sample_exams import import_sample_exams
from local.simulators.verification.people import read_people
from tests.api.browser import services_of
from tests.builders import an_identity
from tests.fakes import World


@pytest.fixture(scope="module")
def world() -> World:
    return imported()


def imported() -> World:
    world = World()
    services = replace(services_of(world), providers={"alipay": world.provider, "wechatpay": world.provider})
    import_sample_exams(services)
    import_sample_archive(services)
    return world


def archive_of(world: World, name: str, exam_code: str) -> tuple[Exam, tuple[ArchiveRecord, ...]]:
    [exam] = [exam for exam, _ in world.exams.all() if exam.code == exam_code]
    [person] = [person for person in read_people() if person.name == name]
    return exam, world.archive.of(an_identity(id_number=person.id_number), exam_code)


def stands(
    world: World, name: str, exam_code: str, level: str | None = None, major: str | None = None
) -> Standing:
    exam, records = archive_of(world, name, exam_code)
    return standing_of(records, exam, name=name, level=level, major=major)


STANDINGS = [
    # who, at which exam, returning, what counts
    ("欧阳·努尔江", "first-class-constructor", True, {"economics", "law"}),
    ("欧阳·努尔江", "first-class-cost-engineer", True, {"management"}),  # by an extension
    ("陈一鸣", "first-class-constructor", True, set()),
    ("郑楠", "first-class-constructor", False, set()),
    ("褚亮", "economist", True, {"basics"}),
    ("刘静", "first-class-constructor", True, {"practice"}),
    ("孙浩", "first-class-cost-engineer", True, {"pricing", "measurement"}),
    ("卫兰", "safety-engineer", False, set()),
    ("吴桐", "social-worker", True, set()),
    ("王晓彤", "consulting-engineer", True, set()),
    ("张明远", "first-class-constructor", False, set()),
]


@pytest.mark.parametrize(("name", "exam_code", "returning", "counts"), STANDINGS)
def test_each_person_stands_as_promised(
    world: World, name: str, exam_code: str, returning: bool, counts: set[str]
) -> None:
    standing = stands(world, name, exam_code)
    assert (standing.is_returning, set(standing.passed)) == (returning, counts)


def test_what_their_changes_would_mean(world: World) -> None:
    assert not stands(world, "褚亮", "economist", "middle").passes
    assert stands(world, "刘静", "first-class-constructor", "all", "highway").refuses_major
    moved = stands(world, "孙浩", "first-class-cost-engineer", "all", "installation")
    assert (moved.refuses_major, set(moved.passed)) == (False, {"pricing"})
    assert stands(world, "卫兰", "safety-engineer", "all").name_differs
    assert stands(world, "郑楠", "first-class-constructor").certificate_year


def test_the_next_start_changes_nothing_and_the_next_year_moves_with_the_clock() -> None:
    world = imported()
    services = services_of(world)
    outcome = import_sample_archive(services)
    assert outcome.written == Written(unchanged=outcome.rows)
    world.clock.move_to(world.clock.now() + timedelta(days=366))
    assert import_sample_archive(services).refused == 0
