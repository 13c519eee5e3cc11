"""FAQ 3: what became of each message is known: to who waits for the code, and to the help desk."""

from typing import Any

import pytest
from chalice.test import HTTPResponse

from chalicelib.domain.sms import SendOutcome
from chalicelib.usecases.desk.help_desk import look_up_messages
from chalicelib.usecases.ports import Sending
from tests.api.browser import Browser, problem_code
from tests.api.story import sms_report
from tests.builders import a_phone, an_entry
from tests.fakes import World
from tests.fakes.world import SMS_REPORT_TOKEN
from tests.faq.candidate import candidate


def asked_for_code(world: World, number: int = 7) -> Any:
    sent = Browser(world).send("POST", "/sms-codes", {"phone": a_phone(number)})
    assert sent.status_code == 201, sent.body
    return sent.json_body


def reported(world: World, *reports: dict[str, str], token: str = SMS_REPORT_TOKEN) -> HTTPResponse:
    return Browser(world).send("POST", f"/webhooks/sms/tencent/{token}", list(reports))


def fate(world: World, code: Any) -> Any:
    return Browser(world).send("GET", f"/sms-codes/{code['code_id']}").json_body


def test_faq_03_the_page_under_the_countdown_says_that_the_code_was_delivered(world: World) -> None:
    code = asked_for_code(world)
    assert fate(world, code)["outcome"] == "accepted"
    answered = reported(world, *sms_report(world.sms.latest_serial))
    assert (answered.status_code, answered.json_body) == (200, {"result": 0, "errmsg": "OK"})
    told = fate(world, code)
    assert (told["outcome"], told["reported_at"]) == ("delivered", "2026-09-01T02:00:03Z")
    assert "已送达" in told["sentence"]


# What the operator reports | what the candidate reads
FAILURES = [("UNDELIV", "关机"), ("MK:0001", "空号"), ("BLACK", "黑名单"), ("ZZ:9", "运营商未能送达")]


@pytest.mark.parametrize(("errmsg", "reason"), FAILURES)
def test_faq_03_or_that_it_was_not_and_why(world: World, errmsg: str, reason: str) -> None:
    code = asked_for_code(world)
    reported(world, *sms_report(world.sms.latest_serial, "FAIL", errmsg))
    told = fate(world, code)
    assert told["outcome"] == "failed"
    assert reason in told["sentence"]


def test_faq_03_the_first_report_stands_however_often_the_operator_reports(world: World) -> None:
    code = asked_for_code(world)
    first = sms_report(world.sms.latest_serial)
    for reports in (first, first, sms_report(world.sms.latest_serial, "FAIL", "UNDELIV")):
        assert reported(world, *reports).status_code == 200
    assert fate(world, code)["outcome"] == "delivered"


def test_faq_03_the_fate_is_known_also_after_the_code_was_used(world: World) -> None:
    code = asked_for_code(world)
    digits = world.sms.code_to(a_phone(7))
    proved = Browser(world).send("POST", f"/sms-codes/{code['code_id']}/proof", {"code": digits})
    assert proved.status_code == 201
    reported(world, *sms_report(world.sms.latest_serial))
    assert fate(world, code)["outcome"] == "delivered"


@pytest.mark.parametrize("token", ["guessed", SMS_REPORT_TOKEN.upper(), SMS_REPORT_TOKEN + "0"])
def test_faq_03_nobody_else_reports(world: World, token: str) -> None:
    code = asked_for_code(world)
    refused = reported(world, *sms_report(world.sms.latest_serial), token=token)
    assert (refused.status_code, problem_code(refused)) == (404, "not_found")
    assert fate(world, code)["outcome"] == "accepted"


def test_faq_03_an_unknown_code_tells_nothing(world: World) -> None:
    told = Browser(world).send("GET", "/sms-codes/guessed")
    assert (told.status_code, problem_code(told)) == (404, "not_found")


def test_faq_03_a_second_code_is_to_be_had_after_60_seconds(world: World) -> None:
    code = asked_for_code(world)
    at_once = Browser(world).send("POST", "/sms-codes", {"phone": a_phone(7)})
    assert (at_once.status_code, problem_code(at_once)) == (429, "too_many_requests")
    assert at_once.json_body["changes_at"] == code["resend_at"]
    world.clock.advance(seconds=60)
    asked_for_code(world)


def test_faq_03_the_help_desk_sees_what_became_of_each(world: World) -> None:
    asked_for_code(world)
    reported(world, *sms_report(world.sms.latest_serial, "FAIL", "UNDELIV"))
    world.clock.advance(seconds=61)
    world.sms.answer = Sending(SendOutcome.REFUSED, "该手机号当日短信过多")
    Browser(world).send("POST", "/sms-codes", {"phone": a_phone(7)})
    seen = look_up_messages(
        a_phone(7),
        an_entry(reason="考生来电：收不到验证码"),
        accounts=world.accounts,
        messages=world.messages,
        audit_log=world.audit_log,
    )
    assert [(m.outcome, m.reason) for m in seen] == [
        (SendOutcome.REFUSED, "该手机号当日短信过多"),
        (SendOutcome.FAILED, "手机关机、停机或不在服务区"),
    ]
    (entry,) = world.memory.audit
    assert entry.what == "look_up_messages"
    assert a_phone(7) not in str(entry)


def test_faq_03_who_is_logged_in_is_told_when_the_last_code_arrived(world: World) -> None:
    someone = candidate(world, number=7)
    recovery = {"name": "王晓明", "id_type": "resident_id", "id_number": someone.account.identity.id_number}
    begun = Browser(world).send("POST", "/recoveries", recovery).json_body
    Browser(world).send("POST", f"/recoveries/{begun['recovery_id']}/sms-code")
    reported(world, *sms_report(world.sms.latest_serial))
    answers = someone.get("/help/mine")["answers"]
    (mine,) = [answer for answer in answers if answer["number"] == 3]
    assert any("138****0007 已绑定账号 candidate_7" in sentence for sentence in mine["sentences"])
    assert any("已送达（9月1日 10:00）" in sentence for sentence in mine["sentences"])
