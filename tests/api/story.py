"""A candidate with something at every step of the way, and one good request for every route."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.api.routing import Contract
from chalicelib.domain.account import Account
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Choices, Registration, State
from chalicelib.domain.sms import Purpose, SmsCode
from chalicelib.usecases.desk.one_time_passwords import reset_password
from tests.api import story_of_changes, story_of_material, story_of_money
from tests.api.browser import Browser
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    VERIFIED,
    a_credential,
    a_payable_registration,
    a_phone,
    a_registration,
    an_entry,
    an_id_number,
    an_offering,
    an_order,
    money_for,
)
from tests.fakes import World
from tests.fakes.world import SMS_REPORT_TOKEN
from tests.usecases.joining import ANSWERS, PASSWORD, join, proof, send

Request = tuple[dict[str, str], object]
"""Parameters of the path, and the body: JSON, or bytes as they are."""


class Story:
    """A verified candidate with an education, logged in; and a stranger who is logged in as well."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.given_exam()
        self.anyone = Browser(world)
        self.account = self._joined(1)
        self.education = world.given_credential(a_credential(self.account))
        self.candidate = self.anyone.log_in(self.account)
        self.stranger = self.anyone.log_in(self._joined(2, username="stranger", name="李明"))
        world.clock.advance(minutes=10)

    def _joined(self, number: int, **changes: Any) -> Account:
        account = join(self.world, a_phone(number), id_number=an_id_number(number), **changes)
        verified = replace(account, identity_check=VERIFIED)
        self.world.memory.accounts[account.id] = verified
        self.world.memory.checks.pop((account.id, None))
        return verified

    @property
    def choices(self) -> Choices:
        """Everything chosen."""
        return Choices(
            level="all",
            major="building",
            subjects=("economy", "law"),
            site="sy-1",
            education_id=self.education.id,
        )

    def registration(self, state: State = State.DRAFT) -> Registration:
        """The candidate's registration in this state."""
        make = a_registration if state is State.DRAFT else a_payable_registration
        registration = make(self.account, state=state, choices=self.choices)
        return self.world.given_registration(registration, self.account)

    def order(self) -> PaymentOrder:
        """An order that waits for its payment."""
        registration = self.registration(State.PAYABLE)
        order = an_order(
            registration,
            created_at=self.world.clock.now(),
            expires_at=self.world.clock.now() + (an_order(registration).expires_at - registration.created_at),
        )
        self.world.orders.open(order, registration, None)
        return order

    def recovery_id(self) -> str:
        """A recovery that has begun."""
        body = {"name": "王晓明", "id_type": "resident_id", "id_number": an_id_number(1)}
        return str(self.anyone.send("POST", "/recoveries", body).json_body["recovery_id"])

    def recovery_code(self, recovery_id: str) -> SmsCode:
        """A code on its way to the bound phone."""
        return send(self.world, self.account.phone, Purpose.RECOVER, subject=recovery_id)


def new_account(story: Story, number: int = 3) -> dict[str, Any]:
    """A good form, with its phone proved."""
    return {
        "username": f"newcomer_{number}",
        "password": PASSWORD,
        "name": "赵云",
        "id_type": "resident_id",
        "id_number": an_id_number(number),
        "phone_proof": proof(story.world, a_phone(number)),
        "security_questions": [
            {"question": "您的出生地是？", "answer": "沈阳"},
            {"question": "您小学的校名是？", "answer": "第一小学"},
        ],
        "confirm_same_id_number": False,
    }


CREDENTIAL = {
    "kind": "education",
    "level": "undergraduate",
    "school": "东北大学",
    "major": "工程管理",
    "certificate_no": "101531201205012345",
    "obtained_on": "2012-07-01",
    "name_on_certificate": "王晓明",
    "foreign": False,
}


def _answer_sms_code(story: Story) -> Request:
    code = send(story.world, a_phone(4))
    return {"code_id": code.id}, {"code": story.world.sms.code_to(a_phone(4))}


def _sms_reports(story: Story) -> Request:
    send(story.world, a_phone(4))
    return {"token": SMS_REPORT_TOKEN}, sms_report(story.world.sms.latest_serial)


def sms_report(serial: str, status: str = "SUCCESS", errmsg: str = "DELIVRD") -> list[dict[str, str]]:
    """What the operator calls back with about one message."""
    return [
        {
            "user_receive_time": "2026-09-01 10:00:03",
            "nationcode": "86",
            "mobile": "13800000004",
            "report_status": status,
            "errmsg": errmsg,
            "description": "as documented",
            "sid": serial,
        }
    ]


def reset_by_clerk(story: Story, reason: str = "考生持身份证原件到场") -> str:
    """A clerk resets the candidate's password; what the clerk says."""
    word, _ = reset_password(
        story.account.id,
        an_entry(id=story.world.randomness.new_id(), reason=reason, at=story.world.clock.now()),
        accounts=story.world.accounts,
        authorities=story.world.authorities,
        one_time_passwords=story.world.one_time_passwords,
        passwords=story.world.passwords,
        sealer=story.world.sealer,
        randomness=story.world.randomness,
        now=story.world.clock.now(),
    )
    return word


def _use_one_time_password(story: Story) -> Request:
    body = {"login": "wangming", "one_time_password": reset_by_clerk(story), "password": "another-horse-2"}
    return {}, body


def _bind_phone(story: Story) -> Request:
    token = proof(story.world, a_phone(5), Purpose.CHANGE_PHONE, subject=story.account.id)
    return {}, {"phone_proof": token, "password": PASSWORD}


def _recover_by_code(story: Story) -> Request:
    recovery_id = story.recovery_id()
    code = story.recovery_code(recovery_id)
    digits = story.world.sms.code_to(story.account.phone)
    return {"recovery_id": recovery_id}, {"code_id": code.id, "code": digits}


def _set_new_password(story: Story) -> Request:
    recovery_id = story.recovery_id()
    answered = story.anyone.send("POST", f"/recoveries/{recovery_id}/answers", {"answers": ANSWERS})
    body = {"reset_token": answered.json_body["reset_token"], "password": "another-horse-2"}
    return {"recovery_id": recovery_id}, body


def _save_choices(story: Story) -> Request:
    draft = story.registration()
    choices = {
        "level": "all",
        "major": "highway",
        "subjects": ["law"],
        "site": "sy-1",
        "education_id": story.education.id,
        "degree_id": None,
    }
    return {"registration_id": draft.id}, {"version": draft.version, "choices": choices}


def _preview_choices(story: Story) -> Request:
    path, body = _save_choices(story)
    assert isinstance(body, dict)
    return path, {"choices": body["choices"]}


def _confirm(story: Story) -> Request:
    draft = story.registration()
    body = {
        "version": draft.version,
        "commitment": "adopted",
        "commitment_text_hash": hash_of_text(an_offering().commitment_text),
    }
    return {"registration_id": draft.id}, body


def _notice(story: Story) -> Request:
    return {"provider": "alipay"}, story.world.provider.notice_of(money_for(story.order()))


def _something_begun(story: Story) -> dict[str, str]:
    story.order()
    return {}


HAPPY: dict[str, Callable[[Story], Request]] = {
    "send_registration_code": lambda story: ({}, {"phone": a_phone(6)}),
    "send_phone_change_code": lambda story: ({}, {"phone": a_phone(6)}),
    "answer_sms_code": _answer_sms_code,
    "get_code_fate": lambda story: ({"code_id": send(story.world, a_phone(4)).id}, None),
    "take_sms_reports": _sms_reports,
    "register_account": lambda story: ({}, new_account(story)),
    "log_in": lambda story: ({}, {"login": "wangming", "password": PASSWORD}),
    "use_one_time_password": _use_one_time_password,
    "get_help": lambda story: ({}, None),
    "get_my_help": lambda story: (_something_begun(story), None),
    "who_am_i": lambda story: ({}, None),
    "log_out": lambda story: ({}, None),
    "bind_phone": _bind_phone,
    "start_recovery": lambda story: (
        {},
        {"name": "王晓明", "id_type": "resident_id", "id_number": an_id_number(1)},
    ),
    "send_recovery_code": lambda story: ({"recovery_id": story.recovery_id()}, None),
    "recover_by_answers": lambda story: ({"recovery_id": story.recovery_id()}, {"answers": ANSWERS}),
    "recover_by_code": _recover_by_code,
    "set_new_password": _set_new_password,
    "list_credentials": lambda story: ({}, None),
    "add_record": lambda story: ({}, CREDENTIAL),
    "list_exams": lambda story: ({}, None),
    "get_exam": lambda story: ({"exam_id": EXAM_ID}, None),
    "get_start_permissions": lambda story: ({"exam_id": EXAM_ID}, None),
    "start_registration": lambda story: ({}, {"exam_id": EXAM_ID, "authority_id": AUTHORITY_ID}),
    "list_registrations": lambda story: ({}, None),
    "get_registration": lambda story: ({"registration_id": story.registration().id}, None),
    "save_choices": _save_choices,
    "preview_choices": _preview_choices,
    "confirm": _confirm,
    "get_commitment": lambda story: ({"registration_id": story.registration(State.PAYABLE).id}, None),
    "withdraw": lambda story: ({"registration_id": story.registration(State.PAYABLE).id}, None),
    "cancel": story_of_changes.cancellable,
    "ask_for_change": story_of_changes.wish,
    "list_change_requests": lambda story: ({"registration_id": story.registration().id}, None),
    "give_up": lambda story: ({"registration_id": story.registration().id}, None),
    "list_materials": lambda story: ({"registration_id": story.registration().id}, None),
    "begin_upload": story_of_material.begin,
    "receive": story_of_material.sent,
    "get_content": story_of_material.accepted,
    "take_back": story_of_material.accepted,
    "start_payment": lambda story: (
        {"registration_id": story.registration(State.PAYABLE).id},
        {"provider": "alipay", "channel": "page"},
    ),
    "list_payment_orders": lambda story: ({"registration_id": story.order().registration_id}, None),
    "get_payment_order": lambda story: ({"order_id": story.order().id}, None),
    "check_payment_order": lambda story: ({"order_id": story.order().id}, None),
    "cancel_payment": lambda story: ({"registration_id": story.order().registration_id}, None),
    "opt_out": story_of_money.paid_where_one_may_leave,
    "payment_notice": _notice,
}
"""For each route, by its name, a request that succeeds."""


def name_of(contract: Contract) -> str:
    """What a contract is called in a list of tests."""
    return contract.name
