"""Flows of registrations: start, save, confirm, give up, review, and the message that follows."""

from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib.domain.account import Account
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.errors import ChangedElsewhereError, NotFoundError
from chalicelib.domain.ids import RegistrationId
from chalicelib.domain.registration import Choices, Commitment, Registration, State
from chalicelib.usecases.desk.review import review_registration
from chalicelib.usecases.registrations.register import (
    Declaration,
    confirm_registration,
    give_up_registration,
    save_draft,
    start_registration,
)
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    a_credential,
    a_payable_registration,
    a_registration,
    an_account,
    an_entry,
    an_offering,
)
from tests.contracts.given import opened
from tests.faults.flow import Flow
from tests.faults.house import House


class Registering(NamedTuple):
    """A candidate and a registration, as the page shows it."""

    account: Account
    id: RegistrationId
    version: int


def a_candidate(house: House) -> Account:
    """An account with a verified education."""
    account = opened(house.stores, an_account())
    house.stores.credentials.add(a_credential(account))
    return account


def _registered(house: House, registration: Registration, account: Account) -> Registering:
    house.stores.registrations.start(registration, account.identity)
    return Registering(account, registration.id, registration.version)


def _drafted(house: House) -> Registering:
    account = a_candidate(house)
    return _registered(house, a_registration(account), account)


def filled_in(house: House) -> Registering:
    """A complete draft."""
    account = a_candidate(house)
    return _registered(house, a_registration(account, choices=_choices(account)), account)


def _reviewed(house: House) -> Registering:
    account = a_candidate(house)
    return _registered(house, a_payable_registration(account, state=State.UNDER_REVIEW), account)


def _passed(house: House) -> Registering:
    """Passed a moment ago: the stream has it, nobody else."""
    registering = _reviewed(house)
    house.stream.deliver()
    _review(house, registering, None)
    return registering


def _choices(account: Account) -> Choices:
    return a_payable_registration(account).choices


def _start(house: House, account: Account) -> None:
    house.run(start_registration, account, EXAM_ID, AUTHORITY_ID, ports=house.registration_ports)


def _has_a_draft(house: House, account: Account) -> None:
    (registration,) = house.services.registrations.of(account.id)
    assert registration.state is State.DRAFT


def _save(house: House, registering: Registering) -> None:
    account, registration_id, version = registering
    house.run(
        save_draft,
        account,
        registration_id,
        _choices(account),
        version=version,
        ports=house.registration_ports,
    )


def _is_saved(house: House, registering: Registering) -> None:
    assert _now(house, registering).choices == _choices(registering.account)


def confirm(house: House, registering: Registering) -> None:
    """Sign the commitment."""
    house.run(
        confirm_registration,
        registering.account,
        registering.id,
        Declaration(Commitment.ADOPTED, hash_of_text(an_offering().commitment_text)),
        version=registering.version,
        ports=house.registration_ports,
    )


def _give_up(house: House, registering: Registering) -> None:
    house.run(give_up_registration, registering.account, registering.id, ports=house.registration_ports)


def _gives_up_after_all(house: House, registering: Registering) -> None:
    with suppress(NotFoundError):
        _give_up(house, registering)


def _is_free(house: House, registering: Registering) -> None:
    """Nothing is left of it, and the exam can be started again."""
    assert house.services.registrations.of(registering.account.id) == []
    _start(house, registering.account)
    _has_a_draft(house, registering.account)


def _review(house: House, registering: Registering, rejection: str | None) -> None:
    account, registration_id, _ = registering
    entry = an_entry(id=house.services.randomness.new_id())
    house.run(review_registration, entry, account.id, registration_id, rejection=rejection)


def _review_after_all(house: House, registering: Registering, rejection: str | None) -> None:
    with suppress(ChangedElsewhereError):
        _review(house, registering, rejection)


def _came_to(house: House, registering: Registering, state: State) -> None:
    """It is in this state, and the candidate was told of it."""
    assert _now(house, registering).state is state
    told = [text for text in house.outside.sms.sent if text.phone == registering.account.phone]
    assert any(text.notice for text in told)


def _now(house: House, registering: Registering) -> Registration:
    found = house.services.registrations.get(registering.account.id, registering.id)
    assert found is not None
    return found


FLOWS: list[Flow[Any]] = [
    Flow(name="start a registration", given=a_candidate, act=_start, reached=_has_a_draft),
    Flow(name="save a draft", given=_drafted, act=_save, reached=_is_saved),
    Flow(
        name="confirm",
        given=filled_in,
        act=confirm,
        again=confirm,
        reached=lambda house, registering: _came_to(house, registering, State.PAYABLE),
    ),
    Flow(
        name="give up",
        given=_drafted,
        act=_give_up,
        again=_gives_up_after_all,
        reached=_is_free,
    ),
    Flow(
        name="pass in a review",
        given=_reviewed,
        act=lambda house, registering: _review(house, registering, None),
        again=lambda house, registering: _review_after_all(house, registering, None),
        reached=lambda house, registering: _came_to(house, registering, State.PAYABLE),
    ),
    Flow(
        name="reject in a review",
        given=_reviewed,
        act=lambda house, registering: _review(house, registering, "学历证书不清晰"),
        again=lambda house, registering: _review_after_all(house, registering, "学历证书不清晰"),
        reached=lambda house, registering: _came_to(house, registering, State.REJECTED),
    ),
    Flow(
        name="tell a candidate",
        given=_passed,
        act=lambda house, _: house.stream.deliver_once(),
        reached=lambda house, registering: _came_to(house, registering, State.PAYABLE),
        heals_itself=True,
    ),
]
