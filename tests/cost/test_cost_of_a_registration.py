"""What DynamoDB is asked for one candidate's whole way; more than that is a change somebody should notice.

The meter reads the consumed capacity that DynamoDB answers with. `docs/cost.md` says what it comes to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.verification import Verification, VerificationState
from tests.api.browser import Browser, services_of
from tests.builders import an_exam, an_offering, money_for
from tests.contracts.given import put_exam
from tests.contracts.stores import stores_over
from tests.cost.meter import Meter
from tests.dynamo import emulated_connection, fresh_tables
from tests.fakes import World
from tests.usecases.joining import FORM

pytestmark = pytest.mark.emulator

MOST_REQUESTS = 75
MOST_WRITE_UNITS = 84
MOST_READ_UNITS = 46


@dataclass
class Metered:
    world: World
    meter: Meter


@pytest.fixture
def metered() -> Iterator[Metered]:
    """The API over real stores, with a meter on their client."""
    world, meter = World(), Meter()
    with emulated_connection() as connection:
        stores = stores_over(fresh_tables(connection))
        for port in fields(stores):
            setattr(world, port.name, getattr(stores, port.name))
        put_exam(world.exams, an_exam(), [an_offering()])
        wiring.install(services_of(world))
        with meter.watching(connection):
            yield Metered(world, meter)


def _answer(browser: Browser, method: str, path: str, body: object = None) -> dict[str, Any]:
    response = browser.send(method, path, body)
    assert response.status_code < 300, response.body
    found: dict[str, Any] = response.json_body
    return found


def _joined(browser: Browser) -> Browser:
    code = _answer(browser, "POST", "/sms-codes", {"phone": "13800138000"})
    digits = {"code": browser.world.sms.code_to("13800138000")}
    proof = _answer(browser, "POST", f"/sms-codes/{code['code_id']}/proof", digits)
    form = {
        "username": FORM.username,
        "password": FORM.password,
        "name": FORM.name,
        "id_type": FORM.id_type,
        "id_number": FORM.id_number,
        "phone_proof": proof["phone_proof"],
        "security_questions": [
            {"question": q, "answer": a} for q, a in zip(FORM.questions, FORM.answers, strict=True)
        ],
    }
    _answer(browser, "POST", "/accounts", form)
    account = browser.world.accounts.with_username(FORM.username)
    assert account is not None
    return browser.log_in(account)


def _settle_checks(world: World) -> None:
    verified = Verification(VerificationState.VERIFIED, world.clock.now())
    # Whole seconds lie in the index, rounded up.
    for check in world.pending_checks.due(now=world.clock.now() + timedelta(seconds=1), at_most=10):
        if check.credential_id is None:
            world.accounts.settle_identity(check.account_id, verified)
        else:
            world.credentials.settle(check.account_id, check.credential_id, verified)


def _registered_and_paid(browser: Browser) -> None:
    exam, offering = an_exam(), an_offering()
    education = _answer(
        browser,
        "POST",
        "/credentials",
        {
            "kind": "education",
            "level": "undergraduate",
            "school": "沈阳大学",
            "major": "社会工作",
            "certificate_no": "101431201205000999",
            "obtained_on": "2012-07-01",
        },
    )
    _settle_checks(browser.world)
    wanted = {"exam_id": exam.id, "authority_id": offering.authority_id}
    path = f"/registrations/{_answer(browser, 'POST', '/registrations', wanted)['registration_id']}"
    level = exam.levels[0]
    choices = {
        "level": level.code,
        "major": exam.majors[0].code if exam.majors else None,
        "subjects": list(level.subjects),
        "site": offering.sites[0].code,
        "education_id": education["credential_id"],
    }
    saved = _answer(browser, "PUT", f"{path}/choices", {"version": 1, "choices": choices})
    signed = {
        "version": saved["version"],
        "commitment": "adopted",
        "commitment_text_hash": hash_of_text(offering.commitment_text),
    }
    assert _answer(browser, "PUT", f"{path}/confirmation", signed)["state"] == "payable"
    order_id = _answer(browser, "POST", f"{path}/payment-orders", {})["order_id"]
    order = browser.world.orders.get(order_id)
    assert order is not None
    notice = browser.world.provider.notice_of(money_for(order))
    assert browser.send("POST", "/webhooks/alipay", notice).status_code == 200
    assert _answer(browser, "GET", path)["state"] == "paid"


def test_one_candidate_from_nothing_to_paid_costs_no_more_than_this(metered: Metered) -> None:
    _registered_and_paid(_joined(Browser(metered.world)))
    meter = metered.meter
    said = f"{meter.requests} write {meter.write_units} read {meter.read_units}"
    assert meter.requests.total() <= MOST_REQUESTS, said
    assert meter.write_units <= MOST_WRITE_UNITS, said
    assert meter.read_units <= MOST_READ_UNITS, said
    assert "Scan" not in meter.requests
