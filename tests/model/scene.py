"""The scene of a history: one exam at three authorities that differ by policy, and people with accounts.

What happens there is in `moves.py`; what must hold is in `holding.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.archive import ArchiveEntry
from chalicelib.domain.credential import CredentialKind, CredentialLevel
from chalicelib.domain.exam import LockAt, Offering, Policy, Site, Window, Windows
from chalicelib.domain.identity import IdType
from chalicelib.domain.ids import AccountId, AuthorityId
from chalicelib.domain.policy import check_exam, check_offering
from chalicelib.domain.review import ReviewChannel
from chalicelib.domain.verification import Verification, VerificationState
from tests.builders import (
    NOW,
    a_credential,
    a_phone,
    an_account,
    an_archive_record,
    an_exam,
    an_identity,
    an_offering,
)
from tests.fakes import World

AUTHORITIES = tuple(map(AuthorityId, ("shenyang", "dalian", "anshan")))
PEOPLE = (("王晓明", 1), ("王小明", 1), ("李明", 2), ("黎明", 2), ("赵云", 3), ("陈静", 4))
"""Names and the numbers of their IDs: twice the right and the wrong name under one number."""
PASSPORT_HOLDER = 4
ONE_YEAR_AGO = 2025


def offerings() -> Sequence[Offering]:
    """Liaoning's way; confirmations that lock but may be taken back; and editing until the money comes."""
    strict = Policy(
        lock_at=LockAt.CONFIRMATION,
        review_channel=ReviewChannel.ON_SITE,
        reviews_exemption_levels=True,
        allows_cancelling_confirmation=True,
    )
    easy = Policy(
        lock_at=LockAt.PAYMENT,
        review_channel=ReviewChannel.ONLINE,
        reviews_exemption_levels=False,
        accepts_change_requests=False,
        opt_out_refund=Window(NOW - timedelta(days=4), NOW + timedelta(days=10)),
    )
    sites = (Site("sy-1", "第一考点", "文化路 1 号"), Site("sy-2", "第二考点", "文化路 2 号"))
    first, second, third = AUTHORITIES
    usual = an_offering(sites=sites)
    return (
        replace(usual, authority_id=first),
        replace(usual, authority_id=second, policy=strict, windows=windows(4, 5, 6)),
        replace(
            usual,
            authority_id=third,
            policy=easy,
            windows=windows(5, 5, 5),
            providers=("alipay", "wechatpay"),
            fee_items=(),
        ),
    )


def windows(registration: int, review: int, payment: int) -> Windows:
    """Windows that end so many days from the middle of the history."""
    start = NOW - timedelta(days=5)
    return Windows(
        registration=Window(start, NOW + timedelta(days=registration)),
        review=Window(start + timedelta(hours=1), NOW + timedelta(days=review)),
        payment=Window(start + timedelta(hours=2), NOW + timedelta(days=payment)),
        ticket=Window(NOW + timedelta(days=20), NOW + timedelta(days=25)),
    )


def a_world() -> World:
    """The exam at its authorities; nobody is there yet."""
    world = World()
    exam = an_exam()
    check_exam(exam)
    for offering in offerings():
        check_offering(exam, offering, known_providers=("alipay", "wechatpay"))
    world.exams.put(exam, offerings())
    return world


def settle_in(
    world: World, identities: Sequence[VerificationState], educations: Sequence[VerificationState]
) -> tuple[AccountId, ...]:
    """Accounts whose identity and education stand as given, and what earlier years left of two people."""
    accounts = []
    for number, (name, id_of) in enumerate(PEOPLE[: len(identities)], 1):
        account = an_account(
            number,
            identity=an_identity(id_of, name=name),
            identity_check=Verification(identities[number - 1], world.clock.now()),
            phone=a_phone(number),
            created_at=world.clock.now(),
        )
        if id_of == PASSPORT_HOLDER:
            account = _with_passport(account, world)
        accounts.append(world.given_account(account))
        _give_records(world, account, educations[number - 1])
    _give_archive(world)
    return tuple(account.id for account in accounts)


def _with_passport(account: Account, world: World) -> Account:
    identity = replace(account.identity, id_type=IdType.PASSPORT, id_number="E12345678")
    check = Verification(VerificationState.UNCHECKABLE, world.clock.now())
    return replace(account, identity=identity, identity_check=check)


def _give_records(world: World, account: Account, education: VerificationState) -> None:
    """An education as given; for some a second under another name, or a degree that was not found."""
    now = world.clock.now()
    check = Verification(education, now)
    world.given_credential(a_credential(account, check=check, added_at=now))
    if account.identity.name == "李明":
        facts = replace(a_credential(account, 2).facts, name_on_certificate="李铭")
        world.given_credential(a_credential(account, 2, facts=facts, added_at=now))
    if account.identity.name == "赵云":
        facts = replace(
            a_credential(account, 3).facts, kind=CredentialKind.DEGREE, level=CredentialLevel.BACHELOR
        )
        failed = Verification(VerificationState.NOT_FOUND, now)
        world.given_credential(a_credential(account, 3, facts=facts, check=failed, added_at=now))


def _give_archive(world: World) -> None:
    for id_of, name, passed in ((3, "赵云", ("law", "practice")), (2, "李明", ("economy",))):
        record = an_archive_record(ONE_YEAR_AGO, name=name, passed=passed)
        world.archive.keep([ArchiveEntry(an_identity(id_of, name=name), record)])
