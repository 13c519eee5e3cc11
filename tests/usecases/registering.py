"""A candidate on the way to a confirmed registration: the steps as functions, for the tests beside this."""

from dataclasses import replace
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.audit import Clerk
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.registration import Choices, Commitment, Registration
from chalicelib.usecases.desk.review import review_registration
from chalicelib.usecases.ports import Registrations
from chalicelib.usecases.registrations import register
from chalicelib.usecases.registrations.ports import RegistrationPorts
from tests.builders import (
    AUTHORITY_ID,
    EXAM_ID,
    a_credential,
    an_account,
    an_entry,
    an_offering,
)
from tests.fakes import World

ACCOUNT = an_account()
EDUCATION = a_credential(ACCOUNT)
WHOLE = Choices(
    level="all",
    major="building",
    subjects=("economy", "law"),
    site="sy-1",
    education_id=EDUCATION.id,
)
TEXT_HASH = hash_of_text(an_offering().commitment_text)


def ports_of(world: World, registrations: Registrations | None) -> RegistrationPorts:
    """The world's own, or over other registrations."""
    return replace(world.registration_ports, registrations=registrations or world.registrations)


def start(world: World, account: Account, authority_id: AuthorityId = AUTHORITY_ID) -> Registration:
    return register.start_registration(
        account,
        EXAM_ID,
        authority_id,
        ports=world.registration_ports,
        randomness=world.randomness,
        now=world.clock.now(),
    ).registration


def save(
    world: World,
    seen: Registration,
    choices: Choices = WHOLE,
    *,
    account: Account = ACCOUNT,
    registrations: Registrations | None = None,
) -> Registration:
    return register.save_draft(
        account,
        seen.id,
        choices,
        version=seen.version,
        ports=ports_of(world, registrations),
        now=world.clock.now(),
    ).registration


def confirm(
    world: World,
    seen: Registration,
    commitment: Commitment = Commitment.ADOPTED,
    *,
    text_hash: str = TEXT_HASH,
    account: Account = ACCOUNT,
    registrations: Registrations | None = None,
) -> Registration:
    return register.confirm_registration(
        account,
        seen.id,
        register.Declaration(commitment, text_hash),
        version=seen.version,
        ports=ports_of(world, registrations),
        now=world.clock.now(),
    ).registration


def give_up(world: World, seen: Registration, registrations: Registrations | None = None) -> None:
    register.give_up_registration(
        ACCOUNT,
        seen.id,
        ports=ports_of(world, registrations),
        now=world.clock.now(),
    )


def review(world: World, seen: Registration, rejection: str | None = None, **changes: Any) -> Registration:
    clerk = Clerk("zhang", changes.get("authority_id", AUTHORITY_ID))
    return review_registration(
        an_entry(id=world.randomness.new_id(), clerk=clerk),
        seen.account_id,
        changes.get("registration_id", seen.id),
        rejection=rejection,
        registrations=changes.get("registrations", world.registrations),
        credentials=world.credentials,
        exams=world.exams,
        materials=world.materials,
        now=world.clock.now(),
    )


def stored(world: World, seen: Registration) -> Registration:
    return world.memory.registrations[seen.account_id, seen.id]
