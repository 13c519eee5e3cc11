"""Tell a candidate by SMS what became of a registration; an effect of the stream, so no crash loses it."""

from datetime import datetime

from chalicelib.domain.ids import AccountId, RegistrationId
from chalicelib.domain.registration import State
from chalicelib.domain.sms import SendOutcome, SentMessage
from chalicelib.usecases.ports import (
    Accounts,
    Exams,
    Messages,
    ProviderUnavailableError,
    Registrations,
    Sms,
)

_SENTENCES = {
    State.PAYABLE: "核查通过，请在缴费截止前登录缴费",
    State.REJECTED: "核查未通过，原因和下一步请登录查看",
    State.SUPERSEDED: "您的报名已被取代：经核验，该证件号码属于另一账号的持有人，详情请登录查看",
    State.PAID: "缴费成功，报名完成",
    State.VOID: "经考试机构认定，您的报名无效，原因请登录查看；如有疑问，请联系考试机构",
    State.OPTED_OUT: "退考已受理，报名费将原路退回",
}
_MOVED = "您的报名和缴费已由考试机构转到身份核验通过的账号，无需重新缴费，详情请登录该账号查看"
_REINSTATED = "考试机构已撤销无效认定，您的报名恢复到认定之前的状态，详情请登录查看"


def notify_of_state(
    account_id: AccountId,
    registration_id: RegistrationId,
    state: State,
    *,
    version: int,
    is_reinstated: bool,
    accounts: Accounts,
    registrations: Registrations,
    exams: Exams,
    messages: Messages,
    sms: Sms,
    now: datetime,
) -> bool:
    """Send the notice of a state once; whether one was sent.

    What is reinstated is no news of its state: its money came, or its review ended, long before.

    The version of the registration names the effect: told of it again, nothing is sent again. Raises
    ProviderUnavailableError when it is not known whether the message went out: then it is tried again.
    """
    sentence = _REINSTATED if is_reinstated else _SENTENCES.get(state)
    effect = f"{registration_id}/{version}"
    account, registration = accounts.get(account_id), registrations.get(account_id, registration_id)
    if sentence is None or account is None or registration is None or messages.was_sent(effect):
        return False
    if state is State.SUPERSEDED and registration.moved_to is not None:
        sentence = _MOVED
    found = exams.get(registration.exam_id)
    if found is None:
        return False
    sending = sms.send_notice(account.phone, f"{found[0].year}年{found[0].name}：{sentence}")
    message = SentMessage(
        phone=account.phone,
        purpose=state,
        outcome=sending.outcome,
        reason=sending.reason,
        at=now,
        serial=sending.serial,
    )
    messages.record(message, effect=effect if sending.outcome is not SendOutcome.UNKNOWN else None)
    if sending.outcome is SendOutcome.UNKNOWN:
        raise ProviderUnavailableError("sms")
    return True
