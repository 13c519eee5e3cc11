"""What was passed in earlier years becomes known while a registration stands there already (FAQ 14)."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.candidate import EXAM_ID, Candidate
from tests.e2e.clerk import Clerk
from tests.e2e.holding import hold_to_account

_EXAM, _, _YEAR = EXAM_ID.rpartition("-")


@pytest.fixture
def archive(tmp_path: Path, at_a_desk: Candidate) -> Path:
    """The candidate passed 社会工作法规与政策 last year."""
    file = tmp_path / "archive.csv"
    row = f"{_EXAM},{int(_YEAR) - 1},{at_a_desk.name},{at_a_desk.id_number},middle,law"
    file.write_text(f"exam,year,name,id_number,level,passed\n{row}\n", encoding="utf-8")
    return file


def test_a_draft_loses_what_turns_out_to_be_passed_already(
    at_a_desk: Candidate, clerk: Clerk, archive: Path
) -> None:
    page = at_a_desk.page
    registration_id = at_a_desk.is_checked().registration("liaoning", commitment=None)
    clerk.imports_archive(archive, "liaoning")
    page.goto(f"/registrations/{registration_id}/edit")
    at_a_desk.sees("年已通过，可用至")
    expect(page.locator(".fee-line.total")).to_contain_text("¥61.00")
    at_a_desk.press("保存并继续")
    expect(page.get_by_role("heading", name="确认报名信息", exact=True).first).to_be_visible()
    page.get_by_label(re.compile("^采用")).check()
    at_a_desk.press("确认报名信息")
    at_a_desk.sees("应缴 ¥61.00")
    hold_to_account(page)


def test_what_is_confirmed_is_not_made_a_draft_by_looking_at_it(
    at_a_desk: Candidate, clerk: Clerk, archive: Path
) -> None:
    page = at_a_desk.page
    registration_id = at_a_desk.is_checked().registration("liaoning", commitment="declined")
    clerk.imports_archive(archive, "liaoning")
    page.goto(f"/registrations/{registration_id}/edit")
    at_a_desk.sees("修改任何一项后，报名回到“未确认”：")
    page.wait_for_timeout(1_500)
    page.goto(f"/registrations/{registration_id}")
    at_a_desk.sees("待核查")
    page.goto(f"/registrations/{registration_id}/edit")
    at_a_desk.press("开始修改")
    at_a_desk.press("保存并继续")
    page.goto(f"/registrations/{registration_id}")
    at_a_desk.sees("未确认")
    at_a_desk.sees_of("报名信息", "合计¥61.00")
