"""The schedule of the daily bills: no trouble of one hides another, and none stays away unnoticed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib.domain.bill import days_to_reconcile
from chalicelib.domain.china import china_date
from chalicelib.usecases.ports import ProviderRefusedError
from tests.fakes import World
from tests.fakes.bills import FakeBill

CLIENT = Client(app.app)
TICK: dict[str, Any] = dict.fromkeys(
    ("version", "id", "detail-type", "source", "account", "time", "region", "resources"), ""
) | {"detail": {}}


def fetch() -> Any:
    return CLIENT.lambda_.invoke("fetch_bills", TICK).payload


@pytest.fixture
def eleven(world: World) -> datetime:
    """Each provider has a bill for each day, and it is eleven o'clock in China."""
    today = world.clock.now().replace(hour=3)
    world.clock.move_to(today)
    for provider in (world.provider, world.wechatpay):
        provider.bills = {day: FakeBill([]) for day in days_to_reconcile(china_date(today))}
    return today


def test_each_bill_is_fetched_until_it_is_done_with(world: World, eleven: datetime) -> None:
    assert fetch() == {"bills": 14}
    assert fetch() == {"bills": 0}


def test_what_nobody_thought_of_in_one_bill_keeps_no_other_from_us(world: World, eleven: datetime) -> None:
    world.provider.failure = RuntimeError("nobody thought of this")
    with pytest.raises(ExceptionGroup):
        fetch()
    yesterday = china_date(eleven) - timedelta(days=1)
    assert world.bills.report("alipay", yesterday) is None
    assert world.bills.report("wechatpay", yesterday) is not None


@pytest.mark.parametrize("trouble", ["silent", "refused", "damaged"])
def test_a_bill_that_stays_away_alarms_from_the_second_day_on(
    world: World, eleven: datetime, trouble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch()
    world.clock.advance(days=1)
    day = china_date(eleven)
    world.wechatpay.bills[day] = FakeBill([])
    if trouble == "damaged":
        world.provider.bills[day] = FakeBill([], is_damaged=True)
    elif trouble == "silent":
        world.provider.be_silent()
    else:
        world.provider.failure = ProviderRefusedError("no rights")
    assert fetch() == {"bills": 2}
    assert "BillOverdue" not in capsys.readouterr().out
    world.clock.advance(days=1)
    fetch()
    assert "BillOverdue" in capsys.readouterr().out


def test_a_day_without_payments_is_done_with_on_the_second_day_and_never_alarms(
    world: World, eleven: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch()
    day = china_date(eleven)
    for hour, bills in ((2, 2), (9, 2), (26, 4), (27, 2)):
        world.clock.move_to(eleven.replace(hour=0, minute=0) + timedelta(days=1, hours=hour))
        assert fetch() == {"bills": bills}
        assert "BillOverdue" not in capsys.readouterr().out
    report = world.bills.report("alipay", day)
    assert report is not None
    assert (report.is_complete, report.sha256) == (True, None)
