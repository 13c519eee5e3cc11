"""Who gives way when two accounts stand under one ID number: the wrong identity to the right one (FAQ 5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.account import Account
from chalicelib.domain.actions.reasons import Reason
from chalicelib.domain.registration import UNPAID, Registration
from chalicelib.domain.verification import Verification, VerificationState


@dataclass(frozen=True, slots=True)
class Holder:
    """The registration that holds an exam for an ID number, and how its account's identity stands."""

    registration: Registration
    identity_check: Verification


def refusal_to_supersede(holder: Holder, own_check: Verification) -> Reason | None:
    """None where the holder gives way: it is unpaid and unverified, and we are verified.

    A paid registration never gives way: that is for the authority to mend.
    """
    if holder.registration.state not in UNPAID:
        return Reason.HELD_BY_PAID_REGISTRATION
    if holder.identity_check.state is VerificationState.VERIFIED:
        return Reason.HELD_BY_VERIFIED_ACCOUNT
    if own_check.state is not VerificationState.VERIFIED:
        return Reason.GIVES_WAY_ONCE_VERIFIED
    return None


def pushed_out_by_newcomer(under_it: Sequence[Account]) -> Account | None:
    """Who leaves the list of accounts that log in by an ID number when one more comes; None if nobody must.

    Never a verified identity, or strangers with many phones could lock the true holder out. One that is
    still being verified leaves last: it may be the true holder's.
    """
    unverified = [a for a in under_it if a.identity_check.state is not VerificationState.VERIFIED]
    return min(unverified, key=_order_of_leaving, default=None)


def _order_of_leaving(account: Account) -> tuple[bool, float, str]:
    verifying = account.identity_check.state is VerificationState.VERIFYING
    return verifying, account.created_at.timestamp(), account.id
