"""Registrations that end unpaid, in words; on a product of its own, whose clock is moved by days."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.candidate import Candidate, Outside
from tests.e2e.conftest import DESK, PHONE, a_candidate
from tests.e2e.holding import hold_to_account
from tests.product import start_product

_TILL_AFTER_PAYING_S = 12 * 86_400


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with start_product(tmp_path_factory.mktemp("ends")) as address:
        yield address


@pytest.fixture
def under_the_wrong_name(browser: Browser, address: str) -> Iterator[Candidate]:
    """Registered under a name that cannot be checked, with the ID number of 张明远."""
    for wrong in a_candidate(browser, address, Outside(address), PHONE, is_phone=True):
        wrong.name, wrong.id_number = "张明[远]", "219999199003050011"
        yield wrong


@pytest.fixture
def under_the_right_name(browser: Browser, address: str) -> Iterator[Candidate]:
    for right in a_candidate(browser, address, Outside(address), DESK, is_phone=False):
        right.name, right.id_number = "张明远", "219999199003050011"
        yield right


def test_the_wrong_name_gives_way_to_the_right_one_which_lapses_unpaid(
    under_the_wrong_name: Candidate, under_the_right_name: Candidate, address: str
) -> None:
    wrong, right = under_the_wrong_name, under_the_right_name
    lost = wrong.is_checked().registration("liaoning", commitment="adopted")

    _goes_on_with_the_right_name(right)
    shortcut = right.enters_by_the_shortcut()
    shortcut.add_education(
        school="沈阳示例大学", major="土木工程", certificate_no="101431201205000101", obtained_on="2012-07-01"
    )
    registration_id = shortcut.registration("liaoning", commitment="adopted")
    wrong.page.goto(f"/registrations/{lost}")
    wrong.sees("已被取代")
    wrong.sees("已由核验通过的正确身份重新报名，本报名被取代。")
    hold_to_account(wrong.page)

    right.page.goto(f"/registrations/{registration_id}")
    right.sees("待缴费")
    Outside(address).let_time_pass(_TILL_AFTER_PAYING_S)
    right.page.context.clear_cookies()
    right.logs_in()
    expect(right.page.get_by_text("逾期未缴费")).to_be_visible()
    right.sees("缴费时间已过，本次报名已失效。")
    hold_to_account(right.page)


def _goes_on_with_the_right_name(right: Candidate) -> None:
    """Told that the ID number is registered under another name, confirm that this one is right."""
    right.fill_in_the_account()
    right.press("注册")
    right.sees("如果此前注册时姓名填错了")
    hold_to_account(right.page)
    right.press("姓名无误，确认继续注册")
    right.sees("账号已开通，您已登录。")
