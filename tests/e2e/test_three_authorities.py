"""The same steps at three authorities with different policy, through the pages, with a clerk at a shell."""

import json
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.candidate import EXAM_ID, Candidate
from tests.e2e.clerk import Clerk
from tests.e2e.holding import hold_to_account
from tests.integrations.files import a_jpeg_of_a_phone, a_pdf, a_png

COST_ENGINEER = EXAM_ID.replace("social-worker", "first-class-cost-engineer")
_PEOPLE = json.loads(Path("local/people.json").read_text(encoding="utf-8"))["people"]


def test_in_dalian_who_declines_uploads_material_and_has_a_mistake_changed_by_a_clerk(
    at_a_desk: Candidate, clerk: Clerk
) -> None:
    page = at_a_desk.page
    registration_id = at_a_desk.is_checked().registration("dalian", commitment=None)
    _declines(at_a_desk, registration_id)
    at_a_desk.follow("上传核查材料")
    _uploads_of_every_kind(at_a_desk)
    hold_to_account(page)

    page.goto(f"/registrations/{registration_id}")
    at_a_desk.sees("报名信息确认后不能自行修改。")
    at_a_desk.follow("申请修改")
    _asks_for_a_third_subject(at_a_desk)
    hold_to_account(page)
    ids = clerk.finds("change-requests", "dalian", registration_id)
    clerk.does("carry-out", "dalian", *ids, "--reason", "与修改表一致")
    page.goto(f"/registrations/{registration_id}")
    at_a_desk.sees_of("修改申请", "已办理")
    at_a_desk.sees_of("报名信息", "¥187.00")

    at_a_desk.press("取消确认")
    at_a_desk.sees("正在等待的核查作废，重新确认后重新排队。")
    at_a_desk.press("确定取消确认")
    at_a_desk.sees("已取消确认")
    _finds_the_commitment_closed(at_a_desk, registration_id, "不能再改为采用")
    page.goto(f"/registrations/{registration_id}")
    at_a_desk.press("放弃报名")
    at_a_desk.sees("已不采用或撤回的告知承诺不会因此恢复。")
    at_a_desk.press("确定放弃")
    at_a_desk.sees("还没有报名。")


def _declines(somebody: Candidate, registration_id: str) -> None:
    somebody.page.goto(f"/registrations/{registration_id}/confirm")
    somebody.sees("报名时间内、缴费之前可以取消确认，改好后重新确认。")
    somebody.page.get_by_label(re.compile("^不采用")).check()
    hold_to_account(somebody.page)
    somebody.press("确认报名信息")
    somebody.sees("未采用告知承诺制，需要工作人员核查材料。")
    hold_to_account(somebody.page)


def _uploads_of_every_kind(somebody: Candidate) -> None:
    somebody.uploads("身份证件", "身份证.jpg", a_jpeg_of_a_phone())
    somebody.sees_of("身份证件", "身份证.jpg 已上传")
    somebody.uploads("学历证书", "证书.jpg", b"MZ is how a program begins")
    somebody.sees_of("学历证书", "文件内容与格式不符")
    somebody.uploads("学历证书", "证书.png", a_png() + bytes(5 * 1024 * 1024))
    somebody.sees_of("学历证书", "文件超过 5 MB")
    somebody.uploads("学历证书", "证书.txt", b"words")
    somebody.sees_of("学历证书", "只接受 JPEG、PNG 图片或 PDF 文件")
    somebody.sees_of("学历证书", "还缺")
    somebody.uploads("学历证书", "证书.png", a_png())
    somebody.sees_of("学历证书", "证书.png 已上传")
    somebody.uploads("其他材料", "说明.pdf", a_pdf(pages=2))
    somebody.sees_of("其他材料", "2 页")


def _asks_for_a_third_subject(somebody: Candidate) -> None:
    somebody.uploads("信息修改表", "修改表.pdf", a_pdf())
    somebody.sees_of("信息修改表", "修改表.pdf 已上传")
    somebody.press("提交申请")
    somebody.sees("还没有改动任何一项，请先改成您要的内容。")
    somebody.page.get_by_label("社会工作实务（中级）").check()
    somebody.fill_in("修改原因", "少选了一科")
    somebody.press("提交申请")
    somebody.sees("申请已提交，等待考试机构办理")
    somebody.sees_of("修改申请", "等待办理")
    somebody.sees("报考科目改为：社会工作综合能力（中级）、社会工作法规与政策、社会工作实务（中级）")


def _finds_the_commitment_closed(somebody: Candidate, registration_id: str, why: str) -> None:
    somebody.page.goto(f"/registrations/{registration_id}/confirm")
    somebody.sees(why)
    expect(somebody.page.get_by_label("采用告知承诺制", exact=True)).to_be_disabled()
    hold_to_account(somebody.page)


def test_in_liaoning_who_withdraws_is_reviewed_and_then_asks_in_vain_all_on_a_phone(
    on_a_phone: Candidate, clerk: Clerk
) -> None:
    page = on_a_phone.page
    registration_id = on_a_phone.stands_before_the_payment()
    on_a_phone.follow("查看告知承诺书")
    on_a_phone.sees("文本校验值")
    hold_to_account(page)
    page.go_back()
    on_a_phone.press("撤回告知承诺")
    on_a_phone.sees("本年度此项考试不能再采用告知承诺制")
    hold_to_account(page)
    on_a_phone.press("确定撤回")
    on_a_phone.sees("已撤回告知承诺，需要按现场核查流程办理。")

    ids = clerk.finds("queue", "liaoning", registration_id)
    clerk.does("reject", "liaoning", *ids, "--reason", "学历证书看不清")
    page.reload()
    on_a_phone.sees("学历证书看不清")
    hold_to_account(page)
    _finds_the_commitment_closed(on_a_phone, registration_id, "告知承诺已经撤回，不能再次采用")
    on_a_phone.press("确认报名信息")
    on_a_phone.sees("报名信息已确认。")
    clerk.does("pass", "liaoning", *ids)
    _asks_for_another_site(on_a_phone, registration_id)
    request = clerk.finds("change-requests", "liaoning", registration_id)
    clerk.does("refuse", "liaoning", *request, "--reason", "锦州考区已满")
    page.goto(f"/registrations/{registration_id}")
    on_a_phone.sees_of("修改申请", "锦州考区已满")
    hold_to_account(page)
    _finds_live_answers(on_a_phone)


def _asks_for_another_site(somebody: Candidate, registration_id: str) -> None:
    somebody.page.goto(f"/registrations/{registration_id}")
    somebody.sees("报名信息核查通过后不能自行修改")
    somebody.follow("申请修改")
    somebody.page.get_by_label("报名点").select_option("jinzhou")
    somebody.fill_in("修改原因", "搬家了")
    somebody.press("提交申请")
    somebody.sees("请先上传：身份证件、信息修改表。")
    somebody.uploads("身份证件", "身份证.jpg", a_jpeg_of_a_phone())
    somebody.uploads("信息修改表", "修改表.png", a_png())
    somebody.sees_of("信息修改表", "修改表.png 已上传")
    somebody.sees_of("身份证件", "身份证.jpg 已上传")
    hold_to_account(somebody.page)
    somebody.press("提交申请")
    somebody.sees("报名点改为：锦州考区")
    somebody.page.goto(f"/registrations/{registration_id}")
    somebody.sees("有一份修改申请正在等待办理，缴费后不能再修改。")


def _finds_live_answers(somebody: Candidate) -> None:
    somebody.follow("帮助")
    for number, answer in (
        (2, f"{somebody.phone[-4:]} 已绑定账号"),
        (3, "已送达"),
        (13, "撤回"),
        (17, "申请"),
    ):
        section = somebody.page.locator("section").filter(has=somebody.page.locator(f"#q{number}"))
        expect(section.locator(".notice")).to_contain_text(answer)
    hold_to_account(somebody.page)


def test_in_anhui_a_returning_candidate_reads_what_a_change_loses_and_is_sent_to_the_site(
    at_a_desk: Candidate,
) -> None:
    page = at_a_desk.page
    person = next(each for each in _PEOPLE if each["name"] == "孙浩")
    at_a_desk.name, at_a_desk.id_number = person["name"], person["id_number"]
    (document,) = person["documents"]
    written = ("school", "major", "certificate_no", "obtained_on")
    at_a_desk.is_checked(**{key: document[key] for key in written})
    at_a_desk.starts_a_registration(COST_ENGINEER, "安徽省")
    at_a_desk.sees("年已通过，可用至")
    page.get_by_label("报考专业").select_option(label="安装工程")
    at_a_desk.sees("这样修改还没有保存。保存后将失去：")
    at_a_desk.sees("“建设工程技术与计量”将不再计算")
    hold_to_account(page)
    at_a_desk.press("不修改，保持原来的级别和专业")
    page.get_by_label("免考二科").check()
    at_a_desk.sees("保存后您将不再是老考生")
    at_a_desk.press("不修改，保持原来的级别和专业")
    page.get_by_label("建设工程造价管理").check()
    page.get_by_label("合肥考区").check()
    at_a_desk.press("保存并继续")
    page.get_by_label(re.compile("^采用")).check()
    at_a_desk.press("确认报名信息")
    at_a_desk.sees("到合肥考区（合肥市，具体考点见准考证）接受现场核查")
    at_a_desk.sees("该考试机构不受理网上修改申请")
    at_a_desk.sees("该考试机构不提供自行取消确认")
    hold_to_account(page)
    at_a_desk.follow("修改报名信息")
    at_a_desk.sees("修改任何一项后，报名回到“未确认”：")
    hold_to_account(page)
