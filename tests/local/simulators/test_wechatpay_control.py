"""What the control page shows of WeChat Pay, and the notices that it has sent by hand."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.local.simulators.merchant import eventually
from tests.local.simulators.running import simulator
from tests.local.simulators.wechatpay_merchant import WechatPayCustomer, sealed_notices

PREFIX = "/simulators/control"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wechatpay")


@pytest.fixture(scope="module")
def customer(folder: Path) -> Iterator[WechatPayCustomer]:
    with simulator("wechatpay", folder) as service, sealed_notices() as board:
        yield WechatPayCustomer(service.url, folder, board)


@pytest.fixture(scope="module")
def control(folder: Path) -> Iterator[httpx.Client]:
    with (
        simulator("control", folder, "--root-path", PREFIX) as service,
        httpx.Client(base_url=service.url, trust_env=False, verify=False) as client,
    ):
        yield client


def test_a_notice_that_was_lost_is_seen_and_sent_by_hand(
    control: httpx.Client, customer: WechatPayCustomer
) -> None:
    order = f"C{uuid.uuid4().hex[:24]}"
    control.post("/faults/wechatpay", data={"lose_notices": "on", "old_key": "never"})
    customer.pay_order(order)

    def of_order(kind: str) -> dict[str, Any]:
        found = control.get("/api/state").json()[kind]
        return next(each for each in found if each["out_trade_no"] == order)

    eventually(lambda: of_order("wechatpay_notices")["state"] == "withheld")
    trade = of_order("wechatpay_trades")
    assert (trade["trade_type"], trade["trade_state"], trade["total_amount"]) == (
        "NATIVE",
        "SUCCESS",
        "192.00",
    )
    page = control.get(f"{PREFIX}/").text
    button = f"{PREFIX}/wechatpay/notices/{of_order('wechatpay_notices')['id']}/send"
    assert f'action="{button}"' in page
    answer = control.post(button)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{PREFIX}/")
    customer.wait_for(order)
    eventually(lambda: of_order("wechatpay_notices")["state"] == "done")
    assert of_order("wechatpay_notices")["answers"][-1]["status"] == 204


def test_an_unknown_notice_cannot_be_sent(control: httpx.Client) -> None:
    assert control.post("/api/wechatpay/notices/999999/send").status_code == 400
