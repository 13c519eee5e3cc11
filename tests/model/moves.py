"""Everything that can happen to registrations, as calls of the real use cases over one world."""

from collections.abc import Sequence
from typing import Any

from chalicelib.domain.account import Account
from chalicelib.domain.change import ChangeRequest, what_differs
from chalicelib.domain.commitment import hash_of_text
from chalicelib.domain.exam import Offering
from chalicelib.domain.ids import AuthorityId, MaterialId
from chalicelib.domain.material import Material, MaterialKind, MaterialState, accepted_kinds
from chalicelib.domain.payment import PaymentOrder
from chalicelib.domain.registration import Choices, Commitment, Registration
from chalicelib.usecases.accounts.verify import poll_checks
from chalicelib.usecases.desk.review import review_registration
from chalicelib.usecases.materials.upload import (
    WantedUpload,
    offer_upload,
    receive_material,
)
from chalicelib.usecases.money.let_go import cancel_payment
from chalicelib.usecases.money.opt_out import opt_out
from chalicelib.usecases.money.pay import check_order, open_payment_order
from chalicelib.usecases.money.receive_notice import NoticeOutcome, receive_notice
from chalicelib.usecases.money.sweep import Pace, sweep_money
from chalicelib.usecases.registrations import register
from chalicelib.usecases.registrations.cancel_confirmation import cancel_confirmation
from chalicelib.usecases.registrations.change_on_request import (
    Wish,
    carry_out_change,
    refuse_change,
    request_change,
)
from chalicelib.usecases.registrations.choose_exam import StartPermission, start_permissions
from chalicelib.usecases.registrations.preview import Preview, preview_choices
from chalicelib.usecases.registrations.situation import Situation
from chalicelib.usecases.registrations.withdraw_commitment import withdraw_commitment
from tests.builders import EXAM_ID
from tests.builders_material import a_material
from tests.model.clerk_moves import ClerkMoves

POLL_AFTER_S = (900, 3600, 43200, 172800)


class Moves(ClerkMoves):
    """One method for each thing that a candidate, a clerk, a provider or the schedule does."""

    @property
    def _edge(self) -> dict[str, Any]:
        return {"ports": self.world.registration_ports, "now": self.world.clock.now()}

    def seen(self, account: Account, registration: Registration) -> Situation:
        """The registration with all that bears on it, as its page shows it."""
        return self.world.registration_ports.situation_with_passes(account, registration.id)

    def permission(self, account: Account, authority_id: AuthorityId) -> StartPermission:
        """What stands beside the button 开始报名."""
        found = start_permissions(account, EXAM_ID, **self._edge)
        return next(each for each in found if each.authority_id == authority_id)

    def start(self, account: Account, authority_id: AuthorityId) -> Situation:
        return register.start_registration(
            account, EXAM_ID, authority_id, **self._edge, randomness=self.world.randomness
        )

    def preview(self, account: Account, seen: Registration, choices: Choices) -> Preview:
        return preview_choices(account, seen.id, choices, **self._edge)

    def save(self, account: Account, seen: Registration, choices: Choices) -> Situation:
        return register.save_draft(account, seen.id, choices, version=seen.version, **self._edge)

    def confirm(
        self, account: Account, seen: Registration, commitment: Commitment, offering: Offering
    ) -> Situation:
        return register.confirm_registration(
            account,
            seen.id,
            register.Declaration(commitment, hash_of_text(offering.commitment_text)),
            version=seen.version,
            **self._edge,
        )

    def withdraw(self, account: Account, seen: Registration) -> Situation:
        return withdraw_commitment(account, seen.id, **self._edge)

    def take_back(self, account: Account, seen: Registration) -> Situation:
        return cancel_confirmation(account, seen.id, version=seen.version, **self._edge)

    def give_up(self, account: Account, seen: Registration) -> None:
        register.give_up_registration(account, seen.id, **self._edge)

    def upload(self, account: Account, seen: Registration, kind: MaterialKind) -> Material:
        """Ask where to send it, send it, say that it is there."""
        w, now = self.world, self.world.clock.now()
        material_id, _ = offer_upload(
            account,
            seen.id,
            WantedUpload(kind, "image/jpeg", 1000, None),
            ports=w.material_ports,
            limits=w.limits,
            randomness=w.randomness,
            now=now,
        )
        w.material_files.upload(material_id, b"a photo")
        return receive_material(account, seen.id, material_id, ports=w.material_ports, now=now)

    def lay_in(self, seen: Registration, kinds: Sequence[MaterialKind]) -> None:
        """Material is there and accepted, however it came."""
        there = accepted_kinds(self.world.materials.of(seen.account_id, seen.id))
        for kind in (kind for kind in kinds if kind not in there):
            new = MaterialId(self.world.randomness.new_id())
            self.world.materials.begin(
                a_material(seen, id=new, kind=kind, state=MaterialState.UPLOADED), seen
            )
            self.world.materials.settle(a_material(seen, id=new, kind=kind))

    def ask_for_change(self, account: Account, seen: Registration, wanted: Choices) -> ChangeRequest:
        wish = Wish(what=what_differs(seen.choices, wanted), why="填错了", wanted=wanted)
        return request_change(
            account,
            seen.id,
            wish,
            ports=self.world.change_ports,
            randomness=self.world.randomness,
            now=self.world.clock.now(),
        )

    def carry_out(self, request: ChangeRequest) -> Registration:
        return carry_out_change(
            request.account_id,
            request.registration_id,
            request.id,
            self.entry(request.authority_id),
            ports=self.world.change_ports,
            now=self.world.clock.now(),
        )

    def refuse_change(self, request: ChangeRequest) -> ChangeRequest:
        return refuse_change(
            request.account_id,
            request.registration_id,
            request.id,
            self.entry(request.authority_id),
            answer="表格没有签名",
            ports=self.world.change_ports,
            now=self.world.clock.now(),
        )

    def review(self, seen: Registration, rejection: str | None) -> Registration:
        return review_registration(
            self.entry(seen.authority_id),
            seen.account_id,
            seen.id,
            rejection=rejection,
            registrations=self.world.registrations,
            credentials=self.world.credentials,
            exams=self.world.exams,
            materials=self.world.materials,
            now=self.world.clock.now(),
        )

    def open_order(self, account: Account, seen: Registration, provider: str) -> PaymentOrder:
        return open_payment_order(
            account,
            seen.id,
            provider,
            key=None,
            ports=self.world.payment_ports,
            randomness=self.world.randomness,
            now=self.world.clock.now(),
        )

    def check(self, account: Account, order: PaymentOrder) -> PaymentOrder:
        """The 查询 button, pressed by somebody patient."""
        now = self.world.clock.advance(seconds=6)
        return check_order(
            account, order.id, ports=self.world.payment_ports, limits=self.world.limits, now=now
        )

    def cancel_payment(self, account: Account, seen: Registration) -> PaymentOrder:
        return cancel_payment(account, seen.id, ports=self.world.payment_ports, now=self.world.clock.now())

    def leave(self, account: Account, seen: Registration) -> Situation:
        return opt_out(account, seen.id, ports=self.world.payment_ports, now=self.world.clock.now())

    def notice(self, body: bytes, provider: str) -> NoticeOutcome:
        return receive_notice(
            body,
            {},
            provider=self.world.payment_ports.providers[provider],
            ports=self.world.payment_ports,
            now=self.world.clock.now(),
        )

    def sweep(self) -> None:
        pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
        sweep_money(ports=self.world.payment_ports, pace=pace, now=self.world.clock.now())

    def poll(self) -> None:
        w = self.world
        poll_checks(
            accounts=w.accounts,
            credentials=w.credentials,
            pending=w.pending_checks,
            verification=w.verification,
            poll_after_s=POLL_AFTER_S,
            now=w.clock.now(),
        )
