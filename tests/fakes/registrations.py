"""Registrations in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry
from chalicelib.domain.change import ChangeState, settled
from chalicelib.domain.commitment import ClosedCommitment, CommitmentStanding
from chalicelib.domain.errors import AccountReleasedError, RegistrationExistsError
from chalicelib.domain.identity import Identity
from chalicelib.domain.ids import AccountId, AuthorityId, ChangeRequestId, ExamId, RegistrationId
from chalicelib.domain.moving import PaidMove
from chalicelib.domain.payment import OrderState
from chalicelib.domain.registration import UNPAID, Commitment, Registration, State, superseded
from chalicelib.domain.superseding import Holder
from chalicelib.domain.verification import VerificationState
from chalicelib.usecases.ports import PassedReview, StaleWriteError, StandingMovedError
from tests.fakes.accounts import remember_pass
from tests.fakes.memory import Memory


class FakeRegistrations:
    """`Registrations` in memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def start(self, registration: Registration, identity: Identity) -> None:
        live = (registration.exam_id, identity.id_key)
        with self._memory.lock:
            if live in self._memory.live:
                raise RegistrationExistsError
            account = self._memory.accounts.get(registration.account_id)
            if account is not None and account.released_at:
                raise AccountReleasedError
            self._memory.live[live] = registration.id
            self._memory.registrations[registration.account_id, registration.id] = registration

    def holder(self, exam_id: ExamId, identity: Identity) -> Holder | None:
        with self._memory.lock:
            held = self._memory.live.get((exam_id, identity.id_key))
            registration = next((r for r in self._all() if r.id == held), None)
            account = self._memory.accounts.get(registration.account_id) if registration else None
            return Holder(registration, account.identity_check) if registration and account else None

    def supersede(
        self, loser: Registration, winner: Registration, identity: Identity, *, now: datetime
    ) -> None:
        live = (loser.exam_id, identity.id_key)
        with self._memory.lock:
            of_loser = self._memory.accounts[loser.account_id]
            of_winner = self._memory.accounts[winner.account_id]
            right = is_verified(of_winner) and not of_winner.released_at and not is_verified(of_loser)
            self._require_unpaid(loser)
            if not right or self._memory.live.get(live) != loser.id:
                raise StaleWriteError
            self._memory.live[live] = winner.id
            self._memory.registrations[loser.account_id, loser.id] = superseded(loser, now=now)
            self._memory.registrations[winner.account_id, winner.id] = winner

    def give_way(self, seen: Registration, identity: Identity, *, now: datetime) -> None:
        live = (seen.exam_id, identity.id_key)
        with self._memory.lock:
            if seen.state is not State.VOID:
                self._require_unpaid(seen)
            self._require_as_seen(seen)
            released = self._memory.accounts[seen.account_id].released_at
            if not released or self._memory.live.get(live) != seen.id:
                raise StaleWriteError
            del self._memory.live[live]
            self._memory.registrations[seen.account_id, seen.id] = superseded(seen, now=now)

    def move_paid(self, move: PaidMove, standing: CommitmentStanding, entry: AuditEntry) -> None:
        there, here = ((move.seen.exam_id, identity.id_key) for identity in (move.wrong, move.right))
        with self._memory.lock:
            wrong = self._memory.accounts[move.seen.account_id]
            right = self._memory.accounts[move.arriving.account_id]
            order = self._memory.orders[move.order_id]
            if here != there and here in self._memory.live:
                raise RegistrationExistsError
            is_paid = self._require_as_seen(move.seen).state is State.PAID
            is_its_own = order.state is OrderState.PAID and order.registration_id == move.seen.id
            may_lose = not is_verified(wrong) or wrong.released_at
            may_have = is_verified(right) and not right.released_at
            has_place = self._memory.live.get(there) == move.seen.id
            if not (is_paid and is_its_own and may_lose and may_have and has_place):
                raise StaleWriteError
            self._memory.registrations[right.id, move.arriving.id] = move.arriving
            try:
                self.sign(move.arriving, move.arriving, move.right, standing)
            except StaleWriteError:
                del self._memory.registrations[right.id, move.arriving.id]
                raise
            del self._memory.live[there]
            self._memory.live[here] = move.arriving.id
            self._memory.registrations[wrong.id, move.seen.id] = move.left
            self._memory.orders[order.id] = replace(
                order, account_id=right.id, registration_id=move.arriving.id
            )
            self._memory.audit.append(entry)

    def reopen_commitment(self, exam_id: ExamId, account: Account) -> None:
        key = (exam_id, account.identity.id_key)
        with self._memory.lock:
            closed = self._memory.closed_commitments.get(key)
            if closed and closed.account_id == account.id and self._memory.accounts[account.id].released_at:
                del self._memory.closed_commitments[key]

    def commitment_of(self, exam_id: ExamId, identity: Identity) -> CommitmentStanding:
        with self._memory.lock:
            return CommitmentStanding(
                closed=self._memory.closed_commitments.get((exam_id, identity.id_key)),
                integrity=tuple(self._memory.integrity.get(identity.id_number, {}).values()),
                integrity_changes=self._memory.integrity_changes.get(identity.id_number, 0),
            )

    def sign(
        self, seen: Registration, changed: Registration, identity: Identity, standing: CommitmentStanding
    ) -> None:
        key = (changed.exam_id, identity.id_key)
        given = changed.signature.commitment if changed.signature else None
        with self._memory.lock:
            self._require_as_seen(seen)
            fresh = self.commitment_of(changed.exam_id, identity)
            unchanged = fresh.integrity_changes == standing.integrity_changes
            closes = given in (Commitment.DECLINED, Commitment.WITHDRAWN) and standing.closed is None
            if given is Commitment.ADOPTED and (fresh.closed or not unchanged):
                raise StandingMovedError
            if closes and fresh.closed:
                raise StandingMovedError
            self.replace(seen, changed)
            if given and closes:
                self._memory.closed_commitments[key] = ClosedCommitment(
                    commitment=given,
                    at=changed.updated_at,
                    account_id=changed.account_id,
                    registration_id=changed.id,
                )

    def review(
        self, seen: Registration, changed: Registration, passed: PassedReview | None, entry: AuditEntry
    ) -> None:
        with self._memory.lock:
            self._require_as_seen(seen)
            for credential_id in passed.credential_ids if passed else ():
                if (seen.account_id, credential_id) not in self._memory.credentials:
                    raise StaleWriteError
            self.replace(seen, changed)
            for credential_id in passed.credential_ids if passed else ():
                remember_pass(
                    self._memory, seen.account_id, credential_id, passed.exam_code if passed else ""
                )
            self._memory.audit.append(entry)

    def void(self, seen: Registration, changed: Registration, entry: AuditEntry) -> None:
        with self._memory.lock:
            self.replace(seen, changed)
            self._memory.audit.append(entry)

    def reinstate(self, seen: Registration, changed: Registration, entry: AuditEntry) -> None:
        with self._memory.lock:
            self._require_as_seen(seen)
            if changed.state is State.PAID and changed.paid_order_id is not None:
                order = self._memory.orders.get(changed.paid_order_id)
                if order is None or order.state is not OrderState.PAID:
                    raise StaleWriteError
            self._memory.registrations[seen.account_id, seen.id] = changed
            self._memory.audit.append(entry)

    def get(self, account_id: AccountId, registration_id: RegistrationId) -> Registration | None:
        with self._memory.lock:
            return self._memory.registrations.get((account_id, registration_id))

    def of(self, account_id: AccountId) -> Sequence[Registration]:
        found = [r for r in self._all() if r.account_id == account_id]
        return sorted(found, key=lambda r: (r.created_at, r.id), reverse=True)

    def replace(self, seen: Registration, changed: Registration) -> None:
        with self._memory.lock:
            self._require_as_seen(seen)
            if seen.open_change_id and changed.open_change_id is None:
                self._leave_moot(seen.open_change_id, changed)
            self._memory.registrations[seen.account_id, seen.id] = changed

    def write(self, seen: Registration, changed: Registration) -> None:
        """Write what another store's transaction makes of a registration."""
        with self._memory.lock:
            self._require_as_seen(seen)
            self._memory.registrations[seen.account_id, seen.id] = changed

    def _leave_moot(self, request_id: ChangeRequestId, changed: Registration) -> None:
        request = self._memory.change_requests[request_id]
        if request.state is not ChangeState.OPEN:
            raise StaleWriteError
        moot = settled(request, ChangeState.MOOT, now=changed.updated_at)
        self._memory.change_requests[request_id] = moot

    def give_up(self, seen: Registration, identity: Identity) -> None:
        live = (seen.exam_id, identity.id_key)
        with self._memory.lock:
            stored = self._require_as_seen(seen)
            if stored.state not in UNPAID or stored.open_order_id or self._memory.live.get(live) != seen.id:
                raise StaleWriteError
            if seen.open_change_id:
                del self._memory.change_requests[seen.open_change_id]
            del self._memory.registrations[seen.account_id, seen.id]
            del self._memory.live[live]

    def under_review(
        self, authority_id: AuthorityId, exam_ids: Iterable[ExamId], *, at_most: int
    ) -> Sequence[Registration]:
        places = {(authority_id, exam_id) for exam_id in exam_ids}
        waiting = [r for r in self._all() if r.state is State.UNDER_REVIEW]
        found = [r for r in waiting if (r.authority_id, r.exam_id) in places]
        return sorted(found, key=lambda r: r.confirmed_at or r.updated_at)[:at_most]

    def _all(self) -> list[Registration]:
        with self._memory.lock:
            return list(self._memory.registrations.values())

    def _require_unpaid(self, seen: Registration) -> None:
        if self._require_as_seen(seen).state not in UNPAID:
            raise StaleWriteError

    def _require_as_seen(self, seen: Registration) -> Registration:
        stored = self._memory.registrations.get((seen.account_id, seen.id))
        if stored is None or _facts(stored) != _facts(seen):
            raise StaleWriteError
        return stored


def is_verified(account: Account) -> bool:
    """Its identity was verified, by the service or by a clerk."""
    return account.identity_check.state is VerificationState.VERIFIED


def _facts(registration: Registration) -> tuple[object, ...]:
    return registration.version, registration.state, registration.open_order_id


def free_of_order(registration: Registration) -> Registration:
    """The registration without an open or held order, as a write of the store leaves it."""
    return replace(registration, open_order_id=None, held_order_id=None, version=registration.version + 1)
