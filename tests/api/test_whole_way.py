"""From the first click to 报名完成 over HTTP, and what the log says of it."""

import pytest

from chalicelib.domain.verification import Outcome
from tests.api.browser import Browser
from tests.api.story import CREDENTIAL, Story, new_account
from tests.builders import AUTHORITY_ID, EXAM_ID, a_phone, an_id_number
from tests.fakes import World
from tests.usecases.test_verify import poll

NUMBER = 3


def verified(world: World) -> None:
    poll(world)
    for request in world.verification.submitted:
        world.verification.answer(request, Outcome.MATCHED)
    world.clock.advance(minutes=15)
    poll(world)


def opened(story: Story) -> Browser:
    answer = story.anyone.send("POST", "/accounts", new_account(story, NUMBER))
    assert answer.status_code == 201
    account = story.world.accounts.with_phone(a_phone(NUMBER))
    assert account is not None
    return story.anyone.log_in(account)


def registered(story: Story, browser: Browser) -> str:
    education = browser.send("POST", "/credentials", CREDENTIAL | {"name_on_certificate": "赵云"}).json_body
    verified(story.world)
    exam = browser.send("GET", f"/exams/{EXAM_ID}").json_body
    start = {"exam_id": EXAM_ID, "authority_id": AUTHORITY_ID}
    draft = browser.send("POST", "/registrations", start).json_body
    path = f"/registrations/{draft['registration_id']}"
    choices = {
        "level": "all",
        "major": exam["majors"][0]["code"],
        "subjects": ["economy", "law"],
        "site": exam["offerings"][0]["sites"][0]["code"],
        "education_id": education["credential_id"],
    }
    saved = browser.send(
        "PUT", f"{path}/choices", {"version": draft["version"], "choices": choices}
    ).json_body
    assert saved["allowed_actions"]["confirm"] == {"allowed": True}
    confirmation = {
        "version": saved["version"],
        "commitment": "adopted",
        "commitment_text_hash": exam["offerings"][0]["commitment_text_hash"],
    }
    done = browser.send("PUT", f"{path}/confirmation", confirmation).json_body
    assert (done["state"], done["amount_fen"]) == ("payable", 12200)
    return path


def paid(story: Story, browser: Browser, path: str) -> None:
    order = browser.send("POST", f"{path}/payment-orders", {}).json_body
    stored = story.world.memory.orders[order["order_id"]]
    notice = story.world.provider.notice_of(story.world.provider.pay(stored))
    assert story.anyone.send("POST", "/webhooks/alipay", notice).body == b"success"


def test_from_the_first_click_to_the_end(story: Story) -> None:
    browser = opened(story)
    path = registered(story, browser)
    paid(story, browser, path)
    shown = browser.send("GET", path).json_body
    assert shown["state_label"] == "报名完成"
    assert {step["status"] for step in shown["flow"]} == {"done", "skipped"}
    assert shown["allowed_actions"]["pay"]["code"] == "already_paid"


def test_the_log_of_it_names_nobody(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    browser = opened(story)
    story.anyone.send("POST", "/accounts", new_account(story, 4) | {"id_number": an_id_number(NUMBER)})
    story.anyone.send("POST", "/session", {"login": an_id_number(NUMBER), "password": "wrong password 1"})
    paid(story, browser, registered(story, browser))
    written = capsys.readouterr()
    lines = written.out + written.err
    assert '"refused"' in lines
    assert "NoticeSettle" in lines
    for personal in (
        a_phone(NUMBER),
        a_phone(4),
        an_id_number(NUMBER),
        "赵云",
        "newcomer",
        browser.token or "",
    ):
        assert personal not in lines
