"""A paid registration under the wrong identity, moved by a clerk under the right one (FAQ 5).

No money moves: the order that paid it goes along. What is unpaid gives way by itself: `superseding.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.commitment import CommitmentStanding
from chalicelib.domain.errors import DomainError
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import CredentialId, OrderId, RegistrationId
from chalicelib.domain.registration import Commitment, Registration, Signature, State, superseded
from chalicelib.domain.verification import VerificationState


class MoveRefusedError(DomainError):
    """What a clerk must not move; the sentence says why, and what to do instead."""

    code = "move_refused"
    message = "不能转到另一个账号。"
    faq = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidMove:
    """Everything that a move changes."""

    seen: Registration
    """Paid, under the wrong identity, as it was read."""
    left: Registration
    """What stays of it with the wrong account: superseded, without the order that paid it."""
    arriving: Registration
    """The same registration under the right account: paid, by the same order."""
    order_id: OrderId
    wrong: Identity
    right: Identity


def paid_move(
    seen: Registration,
    wrong: Account,
    right: Account,
    *,
    credential_ids: Collection[CredentialId],
    standing: CommitmentStanding,
    registration_id: RegistrationId,
    now: datetime,
) -> PaidMove:
    """What moving a paid registration comes to; credentials and `standing` are the right account's.

    Nobody who is verified loses a registration like this, or exam places could be passed on. Raises
    MoveRefusedError.
    """
    if seen.state is State.VOID and seen.paid_order_id is not None:
        raise MoveRefusedError(
            detail="这份已缴费的报名已被认定无效，不能转移；认定有误的，请先恢复，再转移。"
        )
    if seen.state is not State.PAID or seen.paid_order_id is None:
        raise MoveRefusedError(
            detail="只有已缴费的报名需要由考试机构转移；未缴费的，考生用核验通过的账号报名即可取代。"
        )
    if _is_verified(wrong) and wrong.released_at is None:
        raise MoveRefusedError(detail="原账号的身份已核验通过，报名不能转给他人；如系冒用，请先收回该身份。")
    if not _is_verified(right) or right.released_at is not None or right.id == wrong.id:
        raise MoveRefusedError(detail="接收报名的账号须身份核验通过且未停用：请先核对证件并确认其身份。")
    others = tuple(order_id for order_id in seen.order_ids if order_id != seen.paid_order_id)
    left = replace(
        superseded(seen, now=now),
        order_ids=others,
        paid_order_id=None,
        moved_to=registration_id,
    )
    arriving = replace(
        seen,
        id=registration_id,
        account_id=right.id,
        choices=replace(
            seen.choices,
            education_id=_own(seen.choices.education_id, credential_ids),
            degree_id=_own(seen.choices.degree_id, credential_ids),
        ),
        signature=_as_closed(seen.signature, standing),
        order_ids=(seen.paid_order_id,),
        # Money that waits for a person came for an order that stays behind.
        held_order_id=None,
        open_change_id=None,
        version=1,
        updated_at=now,
    )
    return PaidMove(
        seen=seen,
        left=left,
        arriving=arriving,
        order_id=seen.paid_order_id,
        wrong=wrong.identity,
        right=right.identity,
    )


def _is_verified(account: Account) -> bool:
    return account.identity_check.state is VerificationState.VERIFIED


def _as_closed(signature: Signature | None, standing: CommitmentStanding) -> Signature | None:
    """What the right ID number has declined or withdrawn stays closed, whoever signed under the wrong one."""
    if signature is None or standing.closed is None or signature.commitment is not Commitment.ADOPTED:
        return signature
    return replace(signature, commitment=standing.closed.commitment)


def _own(chosen: CredentialId | None, credential_ids: Collection[CredentialId]) -> CredentialId | None:
    """Records stay with the account that they were entered on; one that both have is named still."""
    return chosen if chosen in credential_ids else None
