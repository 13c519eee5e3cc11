"""My registrations, from the start to the confirmation."""

from chalicelib.api import bodies, views
from chalicelib.api.routing import Audience, Call, Resource
from chalicelib.api.showing.choices import choices_of
from chalicelib.api.showing.registrations import registration_view
from chalicelib.api.showing.returning import preview_view
from chalicelib.domain.ids import AuthorityId, ExamId, RegistrationId
from chalicelib.domain.registration import Commitment
from chalicelib.usecases.registrations import preview, register

resource = Resource(__name__, tag="报名")


@resource.serves(
    "POST",
    "/registrations",
    audience=Audience.CANDIDATE,
    body=bodies.NewRegistration,
    answer=views.RegistrationView,
    status=201,
)
def start_registration(call: Call[bodies.NewRegistration]) -> views.RegistrationView:
    """Start a registration; a second click finds the first one's draft."""
    now = call.services.clock.now()
    situation = register.start_registration(
        call.account,
        ExamId(call.body.exam_id),
        AuthorityId(call.body.authority_id),
        ports=call.services.registration_ports,
        randomness=call.services.randomness,
        now=now,
    )
    return registration_view(situation, now)


@resource.serves("GET", "/registrations", audience=Audience.CANDIDATE, answer=views.RegistrationsView)
def list_registrations(call: Call[None]) -> views.RegistrationsView:
    """My registrations, newest first."""
    now = call.services.clock.now()
    situations = call.services.registration_ports.situations_with_passes(call.account)
    return views.RegistrationsView(registrations=tuple(registration_view(each, now) for each in situations))


@resource.serves(
    "GET", "/registrations/{registration_id}", audience=Audience.CANDIDATE, answer=views.RegistrationView
)
def get_registration(call: Call[None], registration_id: str) -> views.RegistrationView:
    """One of my registrations with everything that is possible now."""
    ports = call.services.registration_ports
    situation = ports.situation_with_passes(call.account, RegistrationId(registration_id))
    return registration_view(situation, call.services.clock.now())


@resource.serves(
    "PUT",
    "/registrations/{registration_id}/choices",
    audience=Audience.CANDIDATE,
    body=bodies.Draft,
    answer=views.RegistrationView,
)
def save_choices(call: Call[bodies.Draft], registration_id: str) -> views.RegistrationView:
    """Save what is filled in so far."""
    now = call.services.clock.now()
    situation = register.save_draft(
        call.account,
        RegistrationId(registration_id),
        choices_of(call.body.choices),
        version=call.body.version,
        ports=call.services.registration_ports,
        now=now,
    )
    return registration_view(situation, now)


@resource.serves(
    "POST",
    "/registrations/{registration_id}/choices/preview",
    audience=Audience.CANDIDATE,
    body=bodies.ChoicesPreview,
    answer=views.ChoicesPreviewView,
)
def preview_choices(call: Call[bodies.ChoicesPreview], registration_id: str) -> views.ChoicesPreviewView:
    """Say what saving these choices would cost and lose; nothing is saved."""
    shown = preview.preview_choices(
        call.account,
        RegistrationId(registration_id),
        choices_of(call.body.choices),
        ports=call.services.registration_ports,
        now=call.services.clock.now(),
    )
    return preview_view(shown)


@resource.serves(
    "PUT",
    "/registrations/{registration_id}/confirmation",
    audience=Audience.CANDIDATE,
    body=bodies.Confirmation,
    answer=views.RegistrationView,
)
def confirm(call: Call[bodies.Confirmation], registration_id: str) -> views.RegistrationView:
    """Declare my registration complete and sign or decline the commitment."""
    now = call.services.clock.now()
    situation = register.confirm_registration(
        call.account,
        RegistrationId(registration_id),
        register.Declaration(Commitment(call.body.commitment), call.body.commitment_text_hash),
        version=call.body.version,
        ports=call.services.registration_ports,
        now=now,
    )
    return registration_view(situation, now)


@resource.serves(
    "DELETE",
    "/registrations/{registration_id}",
    audience=Audience.CANDIDATE,
    answer=None,
    status=204,
)
def give_up(call: Call[None], registration_id: str) -> None:
    """Give an unpaid registration up, which frees the exam for me."""
    register.give_up_registration(
        call.account,
        RegistrationId(registration_id),
        ports=call.services.registration_ports,
        now=call.services.clock.now(),
    )
