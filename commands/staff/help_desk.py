"""The help desk: look up an account, see what became of the messages to a phone, reset a password.

Usernames, phones and ID numbers are read from standard input, not from the command line.
"""

import argparse

from chalicelib import wiring
from chalicelib.domain.china import CHINA
from chalicelib.domain.identity import masked_id_number, masked_phone
from chalicelib.domain.ids import AccountId
from chalicelib.domain.sms import SendOutcome
from chalicelib.observability import log
from chalicelib.usecases.desk.help_desk import look_up_accounts, look_up_messages
from chalicelib.usecases.desk.one_time_passwords import reset_password
from commands.staff.acting import Arguments, StaffAction, entry_for, secret_line, with_reason

_OUTCOMES = {
    SendOutcome.ACCEPTED: "已提交运营商，尚无回执",
    SendOutcome.UNKNOWN: "平台未应答，是否发出未知",
    SendOutcome.REFUSED: "平台拒发",
    SendOutcome.DELIVERED: "已送达",
    SendOutcome.FAILED: "未送达",
}


def show_accounts(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Each account of a username, a phone or an ID number, with its security questions, never the answers."""
    found = look_up_accounts(
        secret_line("username, phone or ID number"),
        entry_for(arguments, services, on_whom=""),
        accounts=services.accounts,
        audit_log=services.audit_log,
    )
    lines = []
    for account in found:
        hints = f"{masked_id_number(account.identity.id_number)} {masked_phone(account.phone)}"
        lines.append(f"{account.id} {account.username} {account.identity.name} {hints}")
        lines += [f"    {question}" for question in account.security_questions]
    return lines


def show_messages(arguments: Arguments, services: wiring.Services) -> list[str]:
    """The latest messages to a phone, newest first (FAQ 3)."""
    found = look_up_messages(
        secret_line("phone"),
        entry_for(arguments, services, on_whom=""),
        accounts=services.accounts,
        messages=services.messages,
        audit_log=services.audit_log,
    )
    return [
        f"{message.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S} {message.purpose} "
        f"{_OUTCOMES[message.outcome]} {message.reason}".rstrip()
        for message in found
    ] or ["no message in the last 30 days"]


def reset(arguments: Arguments, services: wiring.Services) -> list[str]:
    """Reset a password for who showed the original ID; prints what to tell them."""
    word, one_time = reset_password(
        AccountId(arguments.account),
        entry_for(arguments, services, on_whom=arguments.account),
        accounts=services.accounts,
        authorities=services.authorities,
        one_time_passwords=services.one_time_passwords,
        passwords=services.passwords,
        sealer=services.sealer,
        randomness=services.randomness,
        now=services.clock.now(),
    )
    log.info("password reset", account=arguments.account, authority=arguments.authority)
    until = f"{one_time.expires_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    besides = "，登录时还需填写证件号码后六位" if one_time.needs_id_tail else ""
    return [f"一次性密码 {word}，{until} 前有效，只能用来设置一次新密码{besides}。"]


def _one_account(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("account", help="first column of `find-account`")
    with_reason(parser)


ACTIONS = (
    StaffAction(
        name="find-account",
        about="by username, phone or ID number, from stdin",
        run=show_accounts,
        arguments=with_reason,
    ),
    StaffAction(
        name="sms",
        about="what became of the messages to a phone",
        run=show_messages,
        arguments=with_reason,
    ),
    StaffAction(
        name="reset-password",
        about="give out a one-time password to who showed the original ID",
        run=reset,
        arguments=_one_account,
    ),
)
