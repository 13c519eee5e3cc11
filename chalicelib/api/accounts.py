"""Accounts and sessions: register, log in, log out, who am I, change phone."""

from http.cookies import SimpleCookie
from typing import Any

from chalice.app import Response

from chalicelib.api import bodies, views
from chalicelib.api.routing import SESSION_COOKIE, Audience, Call, Resource, rendered
from chalicelib.api.showing.accounts import account_view
from chalicelib.domain.account import Account
from chalicelib.usecases.accounts import sessions
from chalicelib.usecases.accounts.change_phone import change_phone
from chalicelib.usecases.accounts.open_account import AccountForm, open_account
from chalicelib.usecases.desk.one_time_passwords import set_password_with_one_time

resource = Resource(__name__, tag="账号")


@resource.serves(
    "POST",
    "/accounts",
    audience=Audience.ANYONE,
    body=bodies.NewAccount,
    answer=views.SessionView,
    status=201,
)
def register_account(call: Call[bodies.NewAccount]) -> Response:
    """Open an account with a proved phone and log in (FAQ 1, 2, 5)."""
    services = call.services
    account = open_account(
        _form(call.body),
        phone_proof=call.body.phone_proof,
        address=call.address,
        accounts=services.accounts,
        sms_codes=services.sms_codes,
        limits=services.limits,
        passwords=services.passwords,
        randomness=services.randomness,
        now=services.clock.now(),
    )
    return _logged_in(call, account)


def _form(body: bodies.NewAccount) -> AccountForm:
    return AccountForm(
        username=body.username,
        password=body.password,
        name=body.name,
        id_type=body.id_type,
        id_number=body.id_number,
        questions=tuple(item.question for item in body.security_questions),
        answers=tuple(item.answer for item in body.security_questions),
        confirms_same_id_number=body.confirm_same_id_number,
    )


@resource.serves(
    "POST", "/session", audience=Audience.ANYONE, body=bodies.Login, answer=views.SessionView, status=201
)
def log_in(call: Call[bodies.Login]) -> Response:
    """Log in with username, phone or ID number."""
    account = sessions.log_in(
        call.body.login,
        call.body.password,
        address=call.address,
        accounts=call.services.accounts,
        limits=call.services.limits,
        passwords=call.services.passwords,
        one_time_passwords=call.services.one_time_passwords,
        sealer=call.services.sealer,
        now=call.services.clock.now(),
    )
    return _logged_in(call, account)


@resource.serves(
    "POST",
    "/session/new-password",
    audience=Audience.ANYONE,
    body=bodies.OneTimePasswordUse,
    answer=views.SessionView,
    status=201,
)
def use_one_time_password(call: Call[bodies.OneTimePasswordUse]) -> Response:
    """Set a new password with the one that a clerk gave out, and log in (FAQ 4)."""
    account = set_password_with_one_time(
        call.body.login,
        call.body.one_time_password,
        call.body.password,
        id_number_tail=call.body.id_number_tail,
        address=call.address,
        accounts=call.services.accounts,
        one_time_passwords=call.services.one_time_passwords,
        limits=call.services.limits,
        passwords=call.services.passwords,
        sealer=call.services.sealer,
        now=call.services.clock.now(),
    )
    return _logged_in(call, account)


@resource.serves("GET", "/session", audience=Audience.CANDIDATE, answer=views.SessionView)
def who_am_i(call: Call[None]) -> views.SessionView:
    """Who is logged in, and the token for changing requests."""
    return views.SessionView(
        account=account_view(call.account),
        csrf_token=sessions.csrf_token(call.token or ""),
        expires_at=call.logged_in.session.expires_at,
    )


@resource.serves("DELETE", "/session", audience=Audience.CANDIDATE, answer=None, status=204)
def log_out(call: Call[None]) -> Response:
    """End this session."""
    call.services.sessions.delete(sessions.token_hash(call.token or ""))
    return rendered(None, headers={"Set-Cookie": session_cookie("", secure=call.services.cookie_secure)})


@resource.serves(
    "PUT", "/account/phone", audience=Audience.CANDIDATE, body=bodies.PhoneChange, answer=views.AccountView
)
def bind_phone(call: Call[bodies.PhoneChange]) -> views.AccountView:
    """Bind another phone to my account (FAQ 3)."""
    account = change_phone(
        call.account,
        phone_proof=call.body.phone_proof,
        password=call.body.password,
        accounts=call.services.accounts,
        sms_codes=call.services.sms_codes,
        limits=call.services.limits,
        passwords=call.services.passwords,
        now=call.services.clock.now(),
    )
    return account_view(account)


def _logged_in(call: Call[Any], account: Account) -> Response:
    services = call.services
    token, session = sessions.open_session(
        account, sessions=services.sessions, randomness=services.randomness, now=services.clock.now()
    )
    view = views.SessionView(
        account=account_view(account),
        csrf_token=sessions.csrf_token(token),
        expires_at=session.expires_at,
    )
    return rendered(view, 201, {"Set-Cookie": session_cookie(token, secure=services.cookie_secure)})


def session_cookie(token: str, *, secure: bool) -> str:
    """The Set-Cookie value; an empty token removes the cookie."""
    cookie: SimpleCookie = SimpleCookie({SESSION_COOKIE: token})
    morsel = cookie[SESSION_COOKIE]
    morsel["path"] = "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    morsel["max-age"] = int(sessions.SESSION_LIFETIME.total_seconds()) if token else 0
    if secure:
        morsel["secure"] = True
    return morsel.OutputString()
