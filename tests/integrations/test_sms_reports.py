"""What the SMS operator calls back with: read, held against its token, and as the simulator sends it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from chalicelib.domain.sms import DeliveryReport, SendOutcome
from chalicelib.integrations.sms import TencentReports
from chalicelib.usecases.ports import NoticeRefusedError
from local.simulators.sending import Reply
from local.simulators.sms.reports import ReportForm
from tests.builders import NOW
from tests.fakes.means import FakeClock
from tests.integrations.test_sms import ACCOUNT, sms_at
from tests.local.simulators.running import simulator

TOKEN = "a-token-of-some-length"
REPORTS = TencentReports(TOKEN, clock=FakeClock())
DOCUMENTED: dict[str, Any] = {
    "user_receive_time": "2015-10-17 08:03:04",
    "nationcode": "86",
    "mobile": "13800000001",
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "2640:1",
}


def read(*reports: object) -> list[DeliveryReport]:
    return list(REPORTS.read(TOKEN, json.dumps(list(reports)).encode()))


def test_the_documented_report_is_read() -> None:
    received_at = datetime(2015, 10, 17, 0, 3, 4, tzinfo=UTC)  # the operator writes Beijing time
    assert read(DOCUMENTED) == [
        DeliveryReport(serial="2640:1", outcome=SendOutcome.DELIVERED, reason="", at=received_at)
    ]


def test_one_call_may_bring_many_reports_and_fields_of_later_days() -> None:
    many = [DOCUMENTED | {"sid": f"2640:{number}", "ext": "new"} for number in range(3)]
    assert [report.serial for report in read(*many)] == ["2640:0", "2640:1", "2640:2"]


@pytest.mark.parametrize(
    ("errmsg", "reason"),
    [
        ("UNDELIV", "手机关机、停机或不在服务区"),
        ("EXPIRED", "手机长时间没有信号"),
        ("REJECTD", "被运营商拦截"),
        ("MK:0001", "号码是空号，或手机关机、停机"),
        ("MK0013", "号码是空号，或手机关机、停机"),
        ("black", "号码在运营商的黑名单中"),
        ("something of tomorrow", "运营商未能送达"),
        ("", "运营商未能送达"),
    ],
)
def test_a_failure_is_said_in_words_of_ours(errmsg: str, reason: str) -> None:
    (report,) = read(DOCUMENTED | {"report_status": "FAIL", "errmsg": errmsg})
    assert (report.outcome, report.reason) == (SendOutcome.FAILED, reason)


def test_a_moment_that_cannot_be_read_is_now() -> None:
    (report,) = read(DOCUMENTED | {"user_receive_time": "yesterday"})
    assert report.at == NOW


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "页面"])
def test_nobody_reports_without_the_token(token: str) -> None:
    with pytest.raises(NoticeRefusedError):
        REPORTS.read(token, json.dumps([DOCUMENTED]).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff\xfe",
        b'{"sid": "2640:1"}',
        b'[{"sid": 1, "report_status": "SUCCESS"}]',
        b'[{"sid": "", "report_status": "SUCCESS"}]',
        b'[{"report_status": "SUCCESS"}]',
        b"[" * 10_000,
        json.dumps([DOCUMENTED] * 1_001).encode(),
        json.dumps([DOCUMENTED | {"sid": "x" * 101}]).encode(),
    ],
)
def test_what_is_not_documented_is_refused(body: bytes) -> None:
    with pytest.raises(NoticeRefusedError):
        REPORTS.read(TOKEN, body)


@contextmanager
def listening(bodies: "Queue[bytes]") -> Iterator[str]:
    """An address that takes every report."""

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.put(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"result": 0, "errmsg": "OK"}')

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/reports"
    finally:
        server.shutdown()
        server.server_close()


def test_the_simulated_operator_reports_what_became_of_each_message(tmp_path: Path) -> None:
    bodies: Queue[bytes] = Queue()
    environ = {
        "SMS_SECRET_ID": ACCOUNT.secret_id,
        "SMS_APP_ID": ACCOUNT.app_id,
        "SMS_SIGN_NAME": ACCOUNT.sign_name,
        "BAOKAO_SECRETS": json.dumps({"sms_secret_key": ACCOUNT.secret_key}),
    }
    with listening(bodies) as url:
        options = ("--report-url", url, "--report-delay-s", "0.1")
        with simulator("sms", tmp_path, *options, environ=environ) as service:
            sms = sms_at(service.url)
            sent = {
                phone: sms.send_code(phone, "246810", minutes=5)
                for phone in ("13800000001", "13900000005", "13900000006", "13900000001")
            }
            told = [report for _ in range(3) for report in REPORTS.read(TOKEN, bodies.get(timeout=10))]
    assert sent["13900000001"].serial == "", "refused at once, so nothing is reported"
    outcomes = {report.serial: (report.outcome, report.reason) for report in told}
    assert outcomes == {
        sent["13800000001"].serial: (SendOutcome.DELIVERED, ""),
        sent["13900000005"].serial: (SendOutcome.FAILED, "手机关机、停机或不在服务区"),
        sent["13900000006"].serial: (SendOutcome.FAILED, "号码是空号，或手机关机、停机"),
    }


@pytest.mark.parametrize(
    ("reply", "is_taken"),
    [
        (Reply(200, '{"result":0,"errmsg":"OK"}'), True),
        (Reply(200, '{"result":1,"errmsg":"later"}'), False),
        (Reply(404, '{"code":"not_found"}'), False),
        (Reply(200, "[]"), False),
        (Reply(0, "ConnectError"), False),
    ],
)
def test_the_simulated_operator_reads_the_answer(reply: Reply, is_taken: bool) -> None:
    assert ReportForm().is_taken(reply) is is_taken
