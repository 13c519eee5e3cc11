"""Every route keeps its contract: who may call it, what goes in, what comes out."""

import msgspec
import pytest

import app
from chalicelib.api.routing import CONTRACTS, Audience, Contract
from tests.api.browser import Browser, header, problem_code
from tests.api.story import HAPPY, Story, name_of

BY_NAME = {contract.name: contract for contract in CONTRACTS}
FOR_CANDIDATES = [c for c in CONTRACTS if c.audience is Audience.CANDIDATE]
CHANGING = [c for c in FOR_CANDIDATES if c.method != "GET"]


def caller(story: Story, contract: Contract) -> Browser:
    return story.candidate if contract.audience is Audience.CANDIDATE else story.anyone


def test_every_route_has_a_contract_and_a_good_request() -> None:
    hung = {(path, method) for path, methods in app.app.routes.items() for method in methods}
    assert hung == {(contract.path, contract.method) for contract in CONTRACTS}
    assert len(BY_NAME) == len(CONTRACTS)
    assert set(HAPPY) == set(BY_NAME)


@pytest.mark.parametrize("contract", CONTRACTS, ids=name_of)
def test_a_good_request_gets_what_the_contract_promises(story: Story, contract: Contract) -> None:
    path, body = HAPPY[contract.name](story)
    response = caller(story, contract).send(contract.method, contract.path.format(**path), body)
    assert response.status_code == contract.status, response.body
    if contract.answer is None:
        assert response.body == b""
    elif contract.answer is str:
        assert header(response, "Content-Type") == "text/plain; charset=utf-8"
    else:
        assert header(response, "Content-Type") == "application/json; charset=utf-8"
        answer: object = msgspec.json.decode(response.body, type=contract.answer)
        assert msgspec.json.decode(msgspec.json.encode(answer)) == msgspec.json.decode(response.body)
    if contract.audience is not Audience.PROVIDER:
        assert header(response, "Cache-Control") == "no-store"


@pytest.mark.parametrize("contract", FOR_CANDIDATES, ids=name_of)
@pytest.mark.parametrize("cookie", [None, "baokao_session=", "baokao_session=guessed", "theme=dark"])
def test_without_a_session_of_ours_nothing_is_shown(
    story: Story, contract: Contract, cookie: str | None
) -> None:
    path, body = HAPPY[contract.name](story)
    response = story.anyone.send(
        contract.method, contract.path.format(**path), body, {"Cookie": cookie, "X-CSRF-Token": "guessed"}
    )
    assert (response.status_code, problem_code(response)) == (401, "not_logged_in")


@pytest.mark.parametrize("contract", CHANGING, ids=name_of)
def test_nothing_changes_without_the_sessions_own_csrf_token(story: Story, contract: Contract) -> None:
    path, body = HAPPY[contract.name](story)
    foreign = story.stranger.own_headers["X-CSRF-Token"]
    for sent in (None, "", "wrong", "页面", foreign):
        response = story.candidate.send(
            contract.method, contract.path.format(**path), body, {"X-CSRF-Token": sent}
        )
        assert (response.status_code, problem_code(response)) == (403, "csrf_token_wrong")


@pytest.mark.parametrize(
    "contract",
    [c for c in FOR_CANDIDATES if "{registration_id}" in c.path or "{order_id}" in c.path],
    ids=name_of,
)
def test_what_belongs_to_another_is_not_there(story: Story, contract: Contract) -> None:
    path, body = HAPPY[contract.name](story)
    before = dict(story.world.memory.registrations), dict(story.world.memory.orders)
    response = story.stranger.send(contract.method, contract.path.format(**path), body)
    assert (response.status_code, problem_code(response)) == (404, "not_found")
    assert (story.world.memory.registrations, story.world.memory.orders) == before


@pytest.mark.parametrize("contract", [c for c in CONTRACTS if "{" in c.path], ids=name_of)
@pytest.mark.parametrize(
    "unknown", ["nothing", "x" * 64, "x" * 3000, "%00", "%E6%8A%A5", "a%2Fb", "..", "a b"]
)
def test_an_id_of_nothing_finds_nothing(story: Story, contract: Contract, unknown: str) -> None:
    path, body = HAPPY[contract.name](story)
    response = caller(story, contract).send(
        contract.method, contract.path.format(**dict.fromkeys(path, unknown)), body
    )
    assert response.status_code in (404, 410)
    problem_code(response)
