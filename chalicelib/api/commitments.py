"""The commitment of my registration: what I signed, and withdrawing it (FAQ 12, 13)."""

from chalicelib.api import views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.registrations import registration_view
from chalicelib.domain.ids import RegistrationId
from chalicelib.usecases.registrations.signed_text import signed_text
from chalicelib.usecases.registrations.withdraw_commitment import withdraw_commitment

resource = Resource(__name__, tag="报名")


@resource.serves(
    "GET",
    "/registrations/{registration_id}/commitment",
    audience=Audience.CANDIDATE,
    answer=views.CommitmentView,
)
def get_commitment(call: Call[None], registration_id: str) -> views.CommitmentView:
    """The commitment as I signed or declined it: the very text, its version and when."""
    signed = signed_text(
        call.account,
        RegistrationId(registration_id),
        registrations=call.services.registrations,
        exams=call.services.exams,
    )
    return views.CommitmentView(
        commitment=signed.signature.commitment,
        text=signed.text,
        text_hash=signed.signature.text_hash,
        text_version=signed.signature.text_version,
        signed_at=signed.signature.at,
        withdrawn_at=signed.signature.withdrawn_at,
    )


@resource.serves(
    "POST",
    "/registrations/{registration_id}/commitment/withdrawal",
    audience=Audience.CANDIDATE,
    answer=views.RegistrationView,
)
def withdraw(call: Call[None], registration_id: str) -> views.RegistrationView:
    """Withdraw my commitment: from then on my registration is reviewed on site; it cannot be undone."""
    now = call.services.clock.now()
    situation = withdraw_commitment(
        call.account,
        RegistrationId(registration_id),
        ports=call.services.registration_ports,
        now=now,
    )
    return registration_view(situation, now)
