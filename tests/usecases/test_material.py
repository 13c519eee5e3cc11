"""Uploading under misfortune: two clicks, a crash between two steps, a registration that moves on."""

from dataclasses import replace

import pytest

from chalicelib.domain.account import Account
from chalicelib.domain.actions import ActionRefusedError
from chalicelib.domain.audit import Clerk
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.ids import AuthorityId, MaterialId
from chalicelib.domain.material import (
    CleanFile,
    ContentType,
    Flaw,
    Material,
    MaterialKind,
    MaterialMissingError,
    MaterialState,
)
from chalicelib.domain.registration import Registration, State
from chalicelib.domain.review import ReviewReason
from chalicelib.usecases.desk.review import review_registration
from chalicelib.usecases.materials.remove import remove_material
from chalicelib.usecases.materials.see import materials_for_reviewer
from chalicelib.usecases.materials.upload import WantedUpload, offer_upload, receive_material
from chalicelib.usecases.ports import FilesUnavailableError, StaleWriteError, place_of
from tests.builders import a_payable_registration, a_registration, an_account, an_entry
from tests.fakes import World
from tests.fakes.materials import FakeFiles, FakeMaterials

ACCOUNT = an_account()


class Desk:
    """One candidate with one registration."""

    def __init__(self, world: World, state: State = State.DRAFT) -> None:
        self.world = world
        world.given_account(ACCOUNT)
        make = a_registration if state is State.DRAFT else a_payable_registration
        self.registration: Registration = world.given_registration(make(ACCOUNT, state=state), ACCOUNT)

    def sent(self, kind: MaterialKind = MaterialKind.ID_PHOTO) -> MaterialId:
        material_id, _ = offer_upload(
            ACCOUNT,
            self.registration.id,
            WantedUpload(kind, "image/jpeg", 7, "身份证.jpg"),
            ports=self.world.material_ports,
            limits=self.world.limits,
            randomness=self.world.randomness,
            now=self.world.clock.now(),
        )
        self.world.material_files.upload(material_id, b"a photo")
        return material_id

    def received(self, material_id: MaterialId, account: Account = ACCOUNT, **changes: object) -> Material:
        return receive_material(
            account,
            self.registration.id,
            material_id,
            ports=replace(self.world.material_ports, **changes),  # type: ignore[arg-type]
            now=self.world.clock.now(),
        )

    def moves_to(self, state: State) -> None:
        seen = self.world.memory.registrations[ACCOUNT.id, self.registration.id]
        self.world.registrations.replace(seen, replace(seen, state=state, version=seen.version + 1))

    @property
    def materials(self) -> list[Material]:
        return list(self.world.materials.of(ACCOUNT.id, self.registration.id))


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


class SilentAt(FakeFiles):
    """The files of another, silent at one step."""

    def __init__(self, files: FakeFiles, step: str) -> None:
        super().__init__()
        self.offers, self.uploads, self.kept = files.offers, files.uploads, files.kept
        self._step = step

    def keep(self, *args: object) -> None:
        self._at("keep")
        super().keep(*args)  # type: ignore[arg-type]

    def discard_upload(self, *args: object) -> None:
        self._at("discard")
        super().discard_upload(*args)  # type: ignore[arg-type]

    def _at(self, step: str) -> None:
        if step == self._step:
            raise FilesUnavailableError


def test_an_upload_that_is_given_up_leaves_nothing_recorded(desk: Desk) -> None:
    desk.sent()
    assert desk.materials == []


def test_what_broke_off_before_the_verdict_goes_on_where_it_was(desk: Desk) -> None:
    material_id = desk.sent()
    with pytest.raises(FilesUnavailableError):
        desk.received(material_id, files=SilentAt(desk.world.material_files, "keep"))
    [begun] = desk.materials
    assert begun.state is MaterialState.UPLOADED
    desk.moves_to(State.UNDER_REVIEW)
    assert desk.received(material_id).state is MaterialState.ACCEPTED
    assert len(desk.materials) == 1


def test_an_upload_that_could_not_be_discarded_is_accepted_all_the_same(desk: Desk) -> None:
    material = desk.received(desk.sent(), files=SilentAt(desk.world.material_files, "discard"))
    assert material.state is MaterialState.ACCEPTED
    assert list(desk.world.material_files.kept) == [place_of(material)]


def test_what_broke_off_and_was_swept_away_is_lost_and_says_so(desk: Desk) -> None:
    material_id = desk.sent()
    with pytest.raises(FilesUnavailableError):
        desk.received(material_id, files=SilentAt(desk.world.material_files, "keep"))
    desk.world.material_files.uploads.clear()
    assert desk.received(material_id).flaw is Flaw.LOST


class OvertakenAt(FakeMaterials):
    """Another click does the same first, at one step."""

    def __init__(self, desk: Desk, step: str) -> None:
        super().__init__(desk.world.memory)
        self._desk = desk
        self._step = step

    def begin(self, material: Material, seen: Registration) -> None:
        self._overtake("begin", material)
        super().begin(material, seen)

    def settle(self, settled: Material) -> None:
        self._overtake("settle", settled)
        super().settle(settled)

    def _overtake(self, step: str, material: Material) -> None:
        if step == self._step:
            self._step = "none"
            self._desk.received(material.id)


@pytest.mark.parametrize("step", ["begin", "settle"])
def test_two_clicks_at_once_are_one_file(desk: Desk, step: str) -> None:
    material = desk.received(desk.sent(), materials=OvertakenAt(desk, step))
    assert material.state is MaterialState.ACCEPTED
    assert desk.materials == [material]
    assert len(desk.world.material_files.kept) == 1


class GivenUpAt(OvertakenAt):
    """The registration is given up in another tab at one step, and its material with it."""

    def _overtake(self, step: str, material: Material) -> None:
        if step == self._step:
            seen = self._desk.world.memory.registrations[ACCOUNT.id, self._desk.registration.id]
            self._desk.world.registrations.give_up(seen, ACCOUNT.identity)
            self.remove_all(ACCOUNT.id, self._desk.registration.id)


@pytest.mark.parametrize("step", ["begin", "settle"])
def test_a_file_of_a_registration_that_is_given_up_meanwhile_is_not_kept(desk: Desk, step: str) -> None:
    with pytest.raises(ChangedElsewhereError):
        desk.received(desk.sent(), materials=GivenUpAt(desk, step))
    assert desk.materials == []
    assert desk.world.material_files.kept == {}


def test_what_was_offered_before_the_review_was_passed_is_refused_after_it(desk: Desk) -> None:
    material_id = desk.sent(MaterialKind.EDUCATION_CERTIFICATE)
    desk.moves_to(State.PAYABLE)
    with pytest.raises(ActionRefusedError):
        desk.received(material_id)
    assert desk.materials == []


def test_a_file_is_not_taken_back_once_its_registration_has_gone_to_review(desk: Desk) -> None:
    material = desk.received(desk.sent())

    class Confirmed(FakeMaterials):
        def remove(self, material: Material, seen: Registration) -> None:
            desk.moves_to(State.UNDER_REVIEW)
            super().remove(material, seen)

    with pytest.raises(ChangedElsewhereError):
        remove_material(
            ACCOUNT,
            desk.registration.id,
            material.id,
            ports=replace(desk.world.material_ports, materials=Confirmed(desk.world.memory)),
            now=desk.world.clock.now(),
        )
    assert desk.materials == [material]


def test_another_account_finds_nothing(desk: Desk) -> None:
    material_id = desk.sent()
    with pytest.raises(NotFoundError):
        desk.received(material_id, desk.world.given_account(an_account(2)))


def see(desk: Desk, authority: str) -> list[tuple[Material, str | None]]:
    return materials_for_reviewer(
        an_entry(id=desk.world.randomness.new_id(), clerk=Clerk("zhang", AuthorityId(authority))),
        ACCOUNT.id,
        desk.registration.id,
        registrations=desk.world.registrations,
        materials=desk.world.materials,
        files=desk.world.material_files,
        audit_log=desk.world.audit_log,
    )


def test_reviewers_see_the_material_of_their_own_authority_only(desk: Desk) -> None:
    accepted = desk.received(desk.sent())
    desk.world.material_inspector.flaw = Flaw.UNREADABLE
    refused = desk.received(desk.sent())
    assert refused.flaw is Flaw.UNREADABLE
    [first, second] = see(desk, "shenyang")
    assert (first[0], bool(first[1])) == (accepted, True)
    assert second == (refused, None)
    with pytest.raises(NotFoundError):
        see(desk, "dalian")


def test_a_review_online_does_not_pass_before_the_material_is_there(world: World) -> None:
    desk = Desk(world, State.UNDER_REVIEW)
    seen = world.memory.registrations[ACCOUNT.id, desk.registration.id]
    asking = replace(seen, review_reasons=(ReviewReason.COMMITMENT_DECLINED,), version=seen.version + 1)
    world.registrations.replace(seen, asking)

    def review(rejection: str | None = None) -> Registration:
        return review_registration(
            an_entry(id=world.randomness.new_id()),
            ACCOUNT.id,
            desk.registration.id,
            rejection=rejection,
            registrations=world.registrations,
            credentials=world.credentials,
            exams=world.exams,
            materials=world.materials,
            now=world.clock.now(),
        )

    with pytest.raises(MaterialMissingError) as missing:
        review()
    assert missing.value.detail == "线上核查还缺少材料：身份证件、学历证书。"
    assert world.memory.registrations[ACCOUNT.id, asking.id] == asking
    assert review("请上传证书").state is State.REJECTED


def test_the_first_kept_file_is_the_one_that_was_judged(desk: Desk) -> None:
    material = desk.received(desk.sent())
    assert desk.world.material_files.kept[place_of(material)] == CleanFile(b"a photo")
    assert material.content_type is ContentType.JPEG
    with pytest.raises(StaleWriteError):
        desk.world.materials.begin(material, desk.registration)
