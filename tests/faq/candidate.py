"""A candidate at the screen: logged in, on the way through the API by what its pages would send."""

from dataclasses import dataclass, replace
from typing import Any

from chalice.test import HTTPResponse

from chalicelib.domain.account import Account
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.credential import Credential
from chalicelib.domain.verification import Verification, VerificationState
from chalicelib.usecases.desk.review import review_registration
from tests.api.browser import Browser
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    NOW,
    a_credential,
    a_phone,
    an_account,
    an_entry,
    an_identity,
    an_offering,
)
from tests.fakes import World
from tests.handing_in import hand_in_what_is_needed

Answer = dict[str, Any]
TEXT_HASH = hash_of_text(an_offering().commitment_text)


@dataclass
class Candidate:
    """One logged-in account with an education record."""

    world: World
    account: Account
    education: Credential
    browser: Browser

    def send(self, method: str, path: str, body: object = None) -> HTTPResponse:
        """One request."""
        return self.browser.send(method, path, body)

    def get(self, path: str) -> Answer:
        """What a page reads."""
        response = self.send("GET", path)
        assert response.status_code == 200, response.body
        return dict(response.json_body)

    def start(self, authority_id: str = AUTHORITY_ID) -> HTTPResponse:
        """Click on 开始报名."""
        return self.send("POST", "/registrations", {"exam_id": EXAM_ID, "authority_id": authority_id})

    def filled(self, **changes: Any) -> Answer:
        """A registration, started and filled in."""
        started = self.start()
        assert started.status_code == 201, started.body
        return self.fill(started.json_body, **changes)

    def fill(self, draft: Answer, **changes: Any) -> Answer:
        """Fill a draft in and save it."""
        choices = {
            "level": "all",
            "major": "building",
            "subjects": ["economy", "law"],
            "site": "sy-1",
            "education_id": self.education.id,
            "degree_id": None,
        }
        path = f"/registrations/{draft['registration_id']}/choices"
        saved = self.send("PUT", path, {"version": draft["version"], "choices": choices | changes})
        assert saved.status_code == 200, saved.body
        return dict(saved.json_body)

    def confirm(self, draft: Answer, commitment: str = "adopted") -> HTTPResponse:
        """Sign or decline."""
        body = {
            "version": draft["version"],
            "commitment": commitment,
            "commitment_text_hash": TEXT_HASH,
        }
        return self.send("PUT", f"/registrations/{draft['registration_id']}/confirmation", body)

    def confirmed(self, commitment: str = "adopted", **changes: Any) -> Answer:
        """A registration, started, filled in and confirmed."""
        done = self.confirm(self.filled(**changes), commitment)
        assert done.status_code == 200, done.body
        return dict(done.json_body)

    def seen(self, registration: Answer) -> Answer:
        """The registration as its page shows it now."""
        return self.get(f"/registrations/{registration['registration_id']}")

    def withdraw(self, registration: Answer) -> HTTPResponse:
        """Withdraw the commitment."""
        return self.send("POST", f"/registrations/{registration['registration_id']}/commitment/withdrawal")


def candidate(
    world: World,
    number: int = 1,
    *,
    name: str = "王晓明",
    id_number_of: int = 1,
    identity: VerificationState = VerificationState.VERIFIED,
    education: Credential | None = None,
    **changes: Any,
) -> Candidate:
    """An account of this name and ID number, with its identity in this state, logged in."""
    account = an_account(
        number,
        identity=an_identity(id_number_of, name=name),
        identity_check=Verification(identity, NOW),
        phone=a_phone(number),
        **changes,
    )
    world.given_account(account)
    record = education or a_credential(account)
    record = world.given_credential(replace(record, account_id=account.id))
    return Candidate(world, account, record, Browser(world).log_in(account))


def reviewed(world: World, registration: Answer, account: Account, rejection: str | None = None) -> None:
    """A reviewer of the authority passes or rejects."""
    (seen,) = [r for r in world.registrations.of(account.id) if r.id == registration["registration_id"]]
    if rejection is None:
        hand_in_what_is_needed(seen, world)
    review_registration(
        an_entry(id=world.randomness.new_id()),
        account.id,
        seen.id,
        rejection=rejection,
        registrations=world.registrations,
        credentials=world.credentials,
        exams=world.exams,
        materials=world.materials,
        now=world.clock.now(),
    )
