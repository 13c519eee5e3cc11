"""Three authorities of the sample data hold one exam side by side: the same steps, different right answers.

Nothing of it is code: the policies are read from the files that an import reads.
"""

from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from chalicelib.domain.authority import PasswordReset
from chalicelib.domain.exam import Policy, Window, Windows
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.review import review_registration
from commands.catalogue.files import CommitmentFile, read_authority, read_exam
from tests.api.browser import Browser, problem_code
from tests.builders import EXAM_ID, NOW, a_credential, an_account, an_entry, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate, candidate
from tests.handing_in import hand_in_what_is_needed

SAMPLES = Path(__file__).parents[2] / "samples"
LIAONING, DALIAN, ANHUI = (AuthorityId(name) for name in ("liaoning", "dalian", "anhui"))
AUTHORITIES = (LIAONING, DALIAN, ANHUI)
FILES = {LIAONING: "social-worker", DALIAN: "social-worker", ANHUI: "first-class-cost-engineer"}


@cache
def policy_of(authority_id: AuthorityId) -> Policy:
    _, offerings = read_exam(
        SAMPLES / f"{FILES[authority_id]}.json", CommitmentFile(text="text", version="1"), NOW
    )
    return next(each.policy for each in offerings if each.authority_id == authority_id)


@pytest.fixture
def world(world: World) -> World:
    offerings = [an_offering(authority_id=each, policy=policy_of(each)) for each in AUTHORITIES]
    world.exams.put(an_exam(), offerings)
    return world


def someone(world: World, number: int, state: VerificationState = VerificationState.VERIFIED) -> Candidate:
    """Another person for each authority: one exam a year is for one registration."""
    record = a_credential(an_account(number), check=Verification(state, NOW))
    return candidate(world, number, id_number_of=number, education=record)


def at(authority_id: AuthorityId, person: Candidate, commitment: str = "adopted") -> Answer:
    draft = person.fill(person.start(authority_id).json_body)
    confirmed = person.confirm(draft, commitment)
    assert confirmed.status_code == 200, confirmed.body
    return dict(confirmed.json_body)


def test_what_lapsed_at_one_authority_can_be_given_up_for_another(world: World) -> None:
    person = someone(world, 1)
    lapsed = at(LIAONING, person)
    world.clock.move_to(an_offering().windows.payment.end)
    later = an_offering(authority_id=DALIAN, windows=moved(an_offering().windows, timedelta(days=30)))
    world.exams.put(an_exam(), [later])
    person = replace(person, browser=Browser(world).log_in(person.account))
    assert person.seen(lapsed)["state"] == "lapsed"
    start = {
        each["authority_id"]: each["start"] for each in person.get(f"/exams/{EXAM_ID}/start")["offerings"]
    }
    assert start[DALIAN]["code"] == "registered_already"
    assert "放弃" in start[DALIAN]["reason"]
    assert person.send("DELETE", f"/registrations/{lapsed['registration_id']}").status_code == 204
    assert person.start(DALIAN).status_code == 201


def moved(windows: Windows, by: timedelta) -> Windows:
    """All four that much later."""
    later = {f.name: getattr(windows, f.name) for f in fields(Windows)}
    return Windows(**{name: Window(each.start, each.end + by) for name, each in later.items()})


def passed(person: Candidate, waiting: Answer) -> Answer:
    world = person.world
    (seen,) = world.registrations.of(person.account.id)
    hand_in_what_is_needed(seen, world)
    clerk = replace(an_entry().clerk, authority_id=seen.authority_id)
    review_registration(
        an_entry(id=world.randomness.new_id(), clerk=clerk),
        person.account.id,
        seen.id,
        rejection=None,
        registrations=world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        materials=world.materials,
        now=world.clock.now(),
    )
    return person.seen(waiting)


def told(registration: Answer, action: str) -> str:
    permission = registration["allowed_actions"][action]
    return "yes" if permission["allowed"] else str(permission["code"])


# What somebody wants to do | at Liaoning, at Dalian, in Anhui
UNDER_REVIEW = [
    ("edit", "yes locked_by_confirmation yes"),
    ("cancel_confirmation", "cancelling_not_offered yes cancelling_not_offered"),
    ("request_change", "edit_instead yes changes_not_taken"),
    ("give_up", "yes yes yes"),
    ("pay", "waits_for_review waits_for_review waits_for_review"),
]
AFTER_THE_REVIEW = [
    ("edit", "locked_by_review locked_by_confirmation yes"),
    ("cancel_confirmation", "cancelling_not_offered yes cancelling_not_offered"),
    ("request_change", "yes yes changes_not_taken"),
    ("pay", "yes yes yes"),
]


@pytest.mark.parametrize(("action", "expected"), UNDER_REVIEW)
def test_while_it_is_reviewed(world: World, action: str, expected: str) -> None:
    found = [
        told(at(authority_id, someone(world, number, VerificationState.NOT_FOUND)), action)
        for number, authority_id in enumerate(AUTHORITIES, 1)
    ]
    assert " ".join(found) == expected


@pytest.mark.parametrize(("action", "expected"), AFTER_THE_REVIEW)
def test_after_the_review(world: World, action: str, expected: str) -> None:
    found = []
    for number, authority_id in enumerate(AUTHORITIES, 1):
        person = someone(world, number, VerificationState.NOT_FOUND)
        found.append(told(passed(person, at(authority_id, person)), action))
    assert " ".join(found) == expected


# Why a person looks | where, at Liaoning, at Dalian, in Anhui
CHANNELS = [
    ("declined", VerificationState.VERIFIED, "online online on_site"),
    ("adopted", VerificationState.NOT_FOUND, "on_site on_site on_site"),
]


@pytest.mark.parametrize(("commitment", "state", "expected"), CHANNELS)
def test_where_a_person_looks(world: World, commitment: str, state: VerificationState, expected: str) -> None:
    found = [
        at(authority_id, someone(world, number, state), commitment)["review_channel"]["channel"]
        for number, authority_id in enumerate(AUTHORITIES, 1)
    ]
    assert " ".join(found) == expected


def test_the_same_click_is_taken_here_and_refused_there(world: World) -> None:
    answers = []
    for number, authority_id in enumerate(AUTHORITIES, 1):
        person = someone(world, number)
        payable = at(authority_id, person)
        path = f"/registrations/{payable['registration_id']}/confirmation/cancellation"
        done = person.send("POST", path, {"version": payable["version"]})
        answers.append(done.json_body["state"] if done.status_code == 200 else problem_code(done))
    assert answers == ["cancelling_not_offered", "draft", "cancelling_not_offered"]


# Who keeps the 111111 of old
RESETS = {LIAONING: PasswordReset.RANDOM, DALIAN: PasswordReset.FIXED, ANHUI: PasswordReset.RANDOM}


@pytest.mark.parametrize("authority_id", AUTHORITIES)
def test_what_a_clerk_gives_to_who_forgot_the_password(authority_id: AuthorityId) -> None:
    authority = read_authority(SAMPLES / "authorities" / f"{authority_id}.json")
    assert (authority.id, authority.password_reset) == (authority_id, RESETS[authority_id])


# Before one begins: what the page of the exam says of mistakes and reviews
SAID_BEFORE = {
    LIAONING: ("核查通过之前可以自行修改；此后缴费之前，可以申请修改", "不采用告知承诺制", "线上核查"),
    DALIAN: ("报名信息确认后不能自行修改；此后缴费之前，可以申请修改", "不采用告知承诺制", "线上核查"),
    ANHUI: ("缴费之前可以自行修改；此后如需修改，请联系考试机构。", "不采用告知承诺制", "现场核查"),
}


@pytest.mark.parametrize("authority_id", AUTHORITIES)
def test_the_page_of_an_exam_says_what_holds_at_each_authority(
    world: World, authority_id: AuthorityId
) -> None:
    offerings = someone(world, 1).get(f"/exams/{an_exam().id}")["offerings"]
    (offering,) = [each for each in offerings if each["authority_id"] == authority_id]
    lock, reason, where = SAID_BEFORE[authority_id]
    assert lock in offering["lock_sentence"]
    assert ("可以取消确认" in offering["lock_sentence"]) is (authority_id == DALIAN)
    (about_declining,) = [each for each in offering["review_sentences"] if reason in each]
    assert where in about_declining
    (about_withdrawing,) = [each for each in offering["review_sentences"] if "撤回告知承诺" in each]
    assert "现场核查" in about_withdrawing


def test_exemptions_are_spoken_of_only_where_the_exam_has_a_level_for_them(world: World) -> None:
    person, exam = someone(world, 1), an_exam()

    def said() -> str:
        return str(person.get(f"/exams/{exam.id}")["offerings"][0]["review_sentences"])

    assert "报考免试级别" in said()
    plain = tuple(level for level in exam.levels if not level.is_exemption)
    world.exams.put(replace(exam, levels=plain), [an_offering(policy=policy_of(LIAONING))])
    assert "报考免试级别" not in said()
