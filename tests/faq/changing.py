"""What candidates and clerks do about a mistake after the confirmation. No tests here."""

from dataclasses import replace
from typing import Any

from chalice.test import HTTPResponse

from chalicelib.domain.change import ChangeRequest
from chalicelib.domain.exam import LockAt, Site
from chalicelib.domain.registration import Registration
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.registrations.change_on_request import carry_out_change, refuse_change
from tests.builders import AUTHORITY_ID, NOW, a_credential, an_account, an_entry, an_exam, an_offering
from tests.fakes import World
from tests.faq.candidate import Answer, Candidate, candidate
from tests.handing_in import hand_in_for_a_change

SITES = (Site("sy-1", "沈阳第一考点", "文化路 1 号"), Site("sy-2", "沈阳第二考点", "青年大街 2 号"))


def settle(world: World, lock_at: LockAt = LockAt.REVIEW, **changes: Any) -> None:
    """The authority's policy for the exam."""
    policy = replace(an_offering().policy, lock_at=lock_at, **changes)
    world.exams.put(an_exam(), [an_offering(policy=policy, sites=SITES)])


def stored(world: World, registration: Answer) -> Registration:
    (found,) = [r for r in world.memory.registrations.values() if r.id == registration["registration_id"]]
    return found


def ask(someone: Candidate, registration: Answer, *what: str, **changes: Any) -> HTTPResponse:
    wanted = {**registration["choices"], **changes}
    body = {"what": what or tuple(changes), "why": "选错了", "wanted": wanted}
    return someone.send("POST", f"/registrations/{registration['registration_id']}/change-requests", body)


def asked(someone: Candidate, registration: Answer, **changes: Any) -> ChangeRequest:
    hand_in_for_a_change(stored(someone.world, registration), someone.world)
    done = ask(someone, registration, **changes)
    assert done.status_code == 201, done.body
    (request,) = someone.world.change_requests.open_at(AUTHORITY_ID, at_most=10)
    return request


def carry_out(world: World, request: ChangeRequest, **of_entry: Any) -> Registration:
    entry = an_entry(id=world.randomness.new_id(), reason="材料齐全", **of_entry)
    return carry_out_change(
        request.account_id,
        request.registration_id,
        request.id,
        entry,
        ports=world.change_ports,
        now=world.clock.now(),
    )


def refuse(world: World, request: ChangeRequest, answer: str) -> None:
    refuse_change(
        request.account_id,
        request.registration_id,
        request.id,
        an_entry(id=world.randomness.new_id()),
        answer=answer,
        ports=world.change_ports,
        now=world.clock.now(),
    )


def cancel(someone: Candidate, registration: Answer) -> HTTPResponse:
    path = f"/registrations/{registration['registration_id']}/confirmation/cancellation"
    return someone.send("POST", path, {"version": registration["version"]})


def requests_of(someone: Candidate, registration: Answer) -> list[Answer]:
    path = f"/registrations/{registration['registration_id']}/change-requests"
    return list(someone.get(path)["change_requests"])


def under_review(world: World) -> tuple[Candidate, Answer]:
    record = a_credential(an_account(), check=Verification(VerificationState.NOT_FOUND, NOW))
    someone = candidate(world, education=record)
    return someone, someone.confirmed()
