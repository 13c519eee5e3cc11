"""The control page: its forms, which need no script, and its JSON, which tests of the whole product use."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from local.clock import ShiftedClock
from local.simulators.control.switches import WORDS
from local.simulators.faults import Faults, FaultSwitch
from tests.local.simulators.merchant import Merchant, NoticeBoard, eventually
from tests.local.simulators.running import simulator

PREFIX = "/simulators/control"


@pytest.fixture(scope="module")
def control(simulators_folder: Path) -> Iterator[httpx.Client]:
    with (
        simulator("control", simulators_folder, "--root-path", PREFIX) as service,
        httpx.Client(base_url=service.url, trust_env=False, verify=False) as client,
    ):
        yield client


def state(control: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = control.get("/api/state").json()
    return found


def test_a_notice_that_was_lost_is_seen_and_sent_by_hand(
    control: httpx.Client, merchant: Merchant, board: NoticeBoard, faults: FaultSwitch, clock: ShiftedClock
) -> None:
    order = f"C{uuid.uuid4().hex[:24]}"
    assert control.post("/api/faults", json={"alipay": {"lose_notices": True}}).json()["alipay"][
        "lose_notices"
    ]
    merchant.pay_order(order)

    def notice() -> dict[str, Any]:
        return next(notice for notice in state(control)["notices"] if notice["out_trade_no"] == order)

    eventually(lambda: notice()["state"] == "withheld")
    trade = next(trade for trade in state(control)["trades"] if trade["out_trade_no"] == order)
    assert (trade["status"], trade["total_amount"]) == ("TRADE_SUCCESS", "192.00")
    page = control.get(f"{PREFIX}/").text
    assert order in page
    button = f"{PREFIX}/notices/{notice()['id']}/send"
    assert f'action="{button}"' in page
    answer = control.post(button)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PREFIX}/")
    board.wait_for(order)
    eventually(lambda: notice()["state"] == "done")
    assert notice()["answers"][-1]["text"] == "success"


def test_faults_are_switched_by_json_and_by_form(control: httpx.Client, faults: FaultSwitch) -> None:
    assert control.get("/api/faults").json() == msgspec.to_builtins(Faults())
    control.post("/api/faults", json={"alipay": {"silent": True}, "verification": {"delay_s": 1.5}})
    assert faults.read().alipay.silent
    form = {"lose_notices": "on", "repeat_notices": "2", "delay_notices_s": "0.5", "answer_late_s": ""}
    assert control.post("/faults/alipay", data=form).headers["Location"] == "/"
    now = faults.read()
    assert (now.alipay.lose_notices, now.alipay.repeat_notices, now.alipay.delay_notices_s) == (True, 2, 0.5)
    assert not now.alipay.silent, "a box that is not ticked means off"
    assert now.verification.delay_s == 1.5, "another party's faults stay"
    page = control.get("/").text
    assert 'name="lose_notices" value="on" checked' in page
    control.post("/faults/verification", data={"delay_s": "0", "strangers": "NOT_FOUND"})
    assert faults.read().verification.strangers == "NOT_FOUND"
    assert control.delete("/api/faults").json() == msgspec.to_builtins(Faults())


@pytest.mark.parametrize("content", ['{"alipay": {"loose": true}}', '{"nobody": {}}', "[]", "{"])
def test_unknown_faults_are_refused_with_the_reason(control: httpx.Client, content: str) -> None:
    answer = control.post("/api/faults", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_form_that_makes_no_sense_is_refused_on_the_page(
    control: httpx.Client, faults: FaultSwitch
) -> None:
    answer = control.post("/faults/alipay", data={"repeat_notices": "many"})
    assert answer.status_code == 400
    assert "没有改动" in answer.text
    assert control.post("/faults/nobody", data={}).status_code == 400
    assert faults.read() == Faults()


def test_the_clock_is_moved_in_every_way(control: httpx.Client, clock: ShiftedClock) -> None:
    assert control.post("/api/clock", json={"offset_s": 3600}).json()["offset_s"] == 3600
    control.post("/api/clock", json={"shift_s": -600})
    assert clock.offset_s() == 3000
    control.post("/clock", data={"shift_s": "86400", "set_to": ""})
    assert clock.offset_s() == 89400
    assert datetime.fromisoformat(control.get("/api/clock").json()["now"]) > datetime.now(UTC)
    control.post("/clock", data={"set_to": "2030-01-02T03:04"})
    assert abs(clock.now() - datetime(2030, 1, 1, 19, 4, tzinfo=UTC)) < timedelta(seconds=2)
    assert control.get("/api/clock").json()["wall_clock"].startswith("2030-01-02 03:04")
    control.post("/clock", data={"reset": "true"})
    assert clock.offset_s() == 0


@pytest.mark.parametrize(
    "move",
    [{}, {"offset_s": 1, "reset": True}, {"set_to": "tomorrow"}, {"offset_s": 1e18}, {"offset_s": "1"}],
)
def test_a_move_that_makes_no_sense_is_refused(
    control: httpx.Client, clock: ShiftedClock, move: dict[str, object]
) -> None:
    assert control.post("/api/clock", json=move).status_code == 400
    assert clock.offset_s() == 0


def test_the_page_says_which_sample_person_gives_which_outcome(control: httpx.Client) -> None:
    people = control.get("/api/people").json()["people"]
    page = control.get("/").text
    for person in people:
        for words in (person["name"], person["id_number"], person["phone"], person["shows"]):
            assert words in page


def test_every_fault_has_its_words() -> None:
    for party, faults in msgspec.to_builtins(Faults()).items():
        assert WORDS[party].keys() == faults.keys()


def test_an_unknown_notice_cannot_be_sent(control: httpx.Client) -> None:
    assert control.post("/api/notices/999999/send").status_code == 400
