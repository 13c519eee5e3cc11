"""The whole product as a stranger starts it: everything answers, and everything is gone afterwards."""

import sys
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.product import start_product


@pytest.mark.emulator
@pytest.mark.skipif(sys.platform != "linux", reason="looks at the programs through /proc")
def test_everything_answers_at_one_address_and_nothing_stays_behind(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with start_product(folder) as url, httpx.Client(base_url=url, trust_env=False) as browser:
        assert browser.get("/api/exams").json()["exams"]
        assert browser.get("/api/nothing").status_code == 403
        assert browser.get("/docs/openapi.json").json()["openapi"].startswith("3.1")
        for name in ("alipay", "wechatpay", "sms", "verification", "control"):
            assert browser.get(f"/simulators/{name}/healthz").text == "ok"
        assert _programs_of(folder)
    assert _programs_of(folder) == []


def _programs_of(folder: Path) -> list[str]:
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(FileNotFoundError, ProcessLookupError):
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in command:
                found.append(command)
    return found
