"""FAQ 1: registering says that the ID number is registered already."""

from typing import Any

import pytest
from chalice.test import HTTPResponse

from tests.api.browser import Browser, problem_code
from tests.builders import a_phone, an_id_number
from tests.fakes import World
from tests.faq.candidate import candidate


def proof(browser: Browser, number: int) -> str:
    phone = a_phone(number)
    sent = browser.send("POST", "/sms-codes", {"phone": phone}).json_body
    code = browser.world.sms.code_to(phone)
    answered = browser.send("POST", f"/sms-codes/{sent['code_id']}/proof", {"code": code})
    return str(answered.json_body["phone_proof"])


def join(world: World, number: int, **changes: Any) -> HTTPResponse:
    browser = Browser(world)
    form = {
        "username": f"newcomer_{number}",
        "password": "correct-horse-1",
        "name": "王晓明",
        "id_type": "resident_id",
        "id_number": an_id_number(1),
        "phone_proof": proof(browser, number),
        "security_questions": [
            {"question": "您的出生地是？", "answer": "沈阳"},
            {"question": "您小学的校名是？", "answer": "第一小学"},
        ],
    }
    return browser.send("POST", "/accounts", form | changes)


def test_faq_01_the_same_name_and_id_number_points_to_recovery(world: World) -> None:
    candidate(world)
    refused = join(world, 5)
    assert (problem_code(refused), refused.json_body["faq"]) == ("person_registered", 1)
    assert "找回" in refused.json_body["detail"]
    assert "考试机构" in refused.json_body["detail"]  # the bound phone may be a stranger's
    asked = {"name": "王晓明", "id_type": "resident_id", "id_number": an_id_number(1)}
    assert Browser(world).send("POST", "/recoveries", asked).status_code == 201


def test_faq_01_another_name_is_told_and_goes_on_when_confirmed(world: World) -> None:
    candidate(world, name="王小明")
    assert problem_code(join(world, 5)) == "id_number_registered"
    world.clock.advance(minutes=2)
    assert join(world, 5, confirm_same_id_number=True).status_code == 201


@pytest.mark.parametrize("written", ["x", "X", "ｘ"])
def test_faq_01_the_same_number_written_otherwise_is_the_same(world: World, written: str) -> None:
    with_x = next(n for n in range(1, 200) if an_id_number(n).endswith("X"))
    candidate(world, id_number_of=with_x)
    refused = join(world, 5, id_number=an_id_number(with_x)[:-1] + written)
    assert problem_code(refused) == "person_registered"


def test_faq_01_a_permit_that_was_issued_anew_is_the_same_persons(world: World) -> None:
    permit = {"id_type": "hk_macao_permit", "id_number": "H1234567801"}
    assert join(world, 5, **permit).status_code == 201
    for written in ("H1234567802", "H12345678"):
        world.clock.advance(minutes=2)
        assert problem_code(join(world, 6, **permit | {"id_number": written})) == "person_registered"


def test_faq_01_nothing_is_told_before_the_phone_is_proved(world: World) -> None:
    candidate(world)
    assert problem_code(join(world, 5, phone_proof="made up")) == "phone_proof_invalid"


def test_faq_01_strangers_with_many_phones_do_not_keep_the_true_holder_out(world: World) -> None:
    for number, name in enumerate("甲乙丙丁戊己庚", 11):
        assert join(world, number, name=f"王{name}", confirm_same_id_number=True).status_code == 201
    assert join(world, 5, confirm_same_id_number=True).status_code == 201
    under_it = world.accounts.with_id_number(an_id_number(1))
    assert len(under_it) == 5
    assert "newcomer_5" in {account.username for account in under_it}
    # Whoever was pushed out logs in as before, only no longer by the ID number.
    login = {"login": "newcomer_11", "password": "correct-horse-1"}
    assert Browser(world).send("POST", "/session", login).status_code == 201


def test_faq_01_five_verified_ones_make_room_for_nobody(world: World) -> None:
    for number, name in enumerate("甲乙丙丁戊", 11):
        candidate(world, number, name=f"王{name}")
    refused = join(world, 5, confirm_same_id_number=True)
    assert (problem_code(refused), refused.json_body["faq"]) == ("id_number_crowded", 5)
