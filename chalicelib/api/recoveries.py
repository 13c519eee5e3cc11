"""Get back in without the password (FAQ 4)."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.sms_codes import send_to, sms_code_view
from chalicelib.domain.account import Account
from chalicelib.domain.identity import masked_phone
from chalicelib.domain.ids import RecoveryId, SmsCodeId
from chalicelib.domain.sms import Purpose
from chalicelib.usecases.accounts import recover_account
from chalicelib.usecases.accounts.open_account import read_identity
from chalicelib.usecases.ports import Recovery

resource = Resource(__name__, tag="找回")


@resource.serves(
    "POST",
    "/recoveries",
    audience=Audience.ANYONE,
    body=bodies.RecoveryRequest,
    answer=views.RecoveryView,
    status=201,
)
def start_recovery(call: Call[bodies.RecoveryRequest]) -> views.RecoveryView:
    """Find my account by name and ID number."""
    now = call.services.clock.now()
    recovery, account = recover_account.find_account(
        read_identity(call.body.name, call.body.id_type, call.body.id_number, now=now),
        address=call.address,
        accounts=call.services.accounts,
        recoveries=call.services.recoveries,
        limits=call.services.limits,
        randomness=call.services.randomness,
        now=now,
    )
    return views.RecoveryView(
        recovery_id=recovery.id,
        phone_hint=masked_phone(account.phone),
        security_questions=account.security_questions,
        expires_at=recovery.expires_at,
    )


@resource.serves(
    "POST",
    "/recoveries/{recovery_id}/sms-code",
    audience=Audience.ANYONE,
    answer=views.SmsCodeView,
    status=201,
)
def send_recovery_code(call: Call[None], recovery_id: str) -> views.SmsCodeView:
    """Send a code to the phone that is bound to the account."""
    recovery, account = recover_account.recovery_and_account(
        RecoveryId(recovery_id),
        accounts=call.services.accounts,
        recoveries=call.services.recoveries,
        now=call.services.clock.now(),
    )
    return sms_code_view(send_to(call, account.phone, Purpose.RECOVER, subject=recovery.id))


@resource.serves(
    "POST",
    "/recoveries/{recovery_id}/answers",
    audience=Audience.ANYONE,
    body=bodies.RecoveryAnswers,
    answer=views.RecoveredView,
)
def recover_by_answers(call: Call[bodies.RecoveryAnswers], recovery_id: str) -> views.RecoveredView:
    """Answer the security questions; five tries."""
    return _recovered(
        *recover_account.recover_by_answers(
            RecoveryId(recovery_id),
            call.body.answers,
            accounts=call.services.accounts,
            recoveries=call.services.recoveries,
            limits=call.services.limits,
            passwords=call.services.passwords,
            randomness=call.services.randomness,
            now=call.services.clock.now(),
        )
    )


@resource.serves(
    "POST",
    "/recoveries/{recovery_id}/code",
    audience=Audience.ANYONE,
    body=bodies.RecoveryCode,
    answer=views.RecoveredView,
)
def recover_by_code(call: Call[bodies.RecoveryCode], recovery_id: str) -> views.RecoveredView:
    """Give the code that arrived on the bound phone."""
    return _recovered(
        *recover_account.recover_by_code(
            RecoveryId(recovery_id),
            code_id=SmsCodeId(call.body.code_id),
            digits=call.body.code,
            accounts=call.services.accounts,
            recoveries=call.services.recoveries,
            sms_codes=call.services.sms_codes,
            sealer=call.services.sealer,
            randomness=call.services.randomness,
            now=call.services.clock.now(),
        )
    )


def _recovered(reset_token: str, recovery: Recovery, account: Account) -> views.RecoveredView:
    return views.RecoveredView(
        username=account.username, reset_token=reset_token, expires_at=recovery.expires_at
    )


@resource.serves(
    "PUT",
    "/recoveries/{recovery_id}/password",
    audience=Audience.ANYONE,
    body=bodies.NewPassword,
    answer=None,
    status=204,
)
def set_new_password(call: Call[bodies.NewPassword], recovery_id: str) -> None:
    """Set a new password; all sessions end."""
    recover_account.set_new_password(
        RecoveryId(recovery_id),
        reset_token=call.body.reset_token,
        password=call.body.password,
        accounts=call.services.accounts,
        recoveries=call.services.recoveries,
        passwords=call.services.passwords,
        now=call.services.clock.now(),
    )
