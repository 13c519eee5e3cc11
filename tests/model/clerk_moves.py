"""What clerks do about registrations and whoever is behind them, as calls of the real use cases."""

from collections.abc import Callable
from datetime import date, timedelta

from chalicelib.domain.account import Account
from chalicelib.domain.audit import AuditEntry, Clerk
from chalicelib.domain.exam import Offering
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.integrity import IntegrityKind
from chalicelib.domain.registration import Registration
from chalicelib.domain.windows import WindowName
from chalicelib.usecases.desk import clerks
from chalicelib.usecases.desk.extend_window import extend_window
from chalicelib.usecases.desk.void import reinstate_registration, void_registration
from tests.builders import AUTHORITY_ID, EXAM_CODE, EXAM_ID, an_entry
from tests.fakes import World


class ClerkMoves:
    """One method for each thing that a clerk does; reviews and requests are in `moves.py`."""

    def __init__(self, world: World) -> None:
        self.world = world

    def void(self, seen: Registration) -> Registration:
        return self._find(void_registration, seen)

    def reinstate(self, seen: Registration) -> Registration:
        return self._find(reinstate_registration, seen)

    def _find(self, act: Callable[..., Registration], seen: Registration) -> Registration:
        w, entry = self.world, self.entry(seen.authority_id)
        stores = {"registrations": w.registrations, "orders": w.orders}
        return act(entry, seen.account_id, seen.id, **stores, now=w.clock.now())

    def confirm_identity(self, account: Account) -> None:
        clerks.confirm_identity(account.id, self.entry(), accounts=self.world.accounts)

    def enter_pass(self, account: Account) -> None:
        """A reviewer passes the account's first record on site."""
        record = self.world.credentials.of(account.id)[0]
        clerks.enter_pass(
            account.id,
            record.id,
            EXAM_CODE,
            self.entry(),
            credentials=self.world.credentials,
            exams=self.world.exams,
        )

    def find_against(self, account: Account, kind: IntegrityKind) -> None:
        clerks.add_integrity_record(
            account.identity.id_type,
            account.identity.id_number,
            kind,
            date(2024, 5, 6),
            self.entry(),
            integrity=self.world.integrity,
        )

    def end_findings(self, account: Account) -> None:
        identity = account.identity
        for record in self.world.integrity.of(identity.id_number):
            if record.ended_at is None:
                clerks.end_integrity_record(
                    identity.id_type,
                    identity.id_number,
                    record.id,
                    self.entry(),
                    integrity=self.world.integrity,
                )

    def extend(self, offering: Offering, which: WindowName, **by: float) -> Offering:
        until = getattr(offering.windows, which).end + timedelta(**by)
        entry, now = self.entry(offering.authority_id), self.world.clock.now()
        return extend_window(EXAM_ID, which, until, entry, exams=self.world.exams, now=now)

    def entry(self, authority_id: AuthorityId = AUTHORITY_ID) -> AuditEntry:
        """The entry that a clerk of an authority leaves."""
        new_id, now = self.world.randomness.new_id(), self.world.clock.now()
        return an_entry(id=new_id, at=now, clerk=Clerk("zhang", authority_id))
