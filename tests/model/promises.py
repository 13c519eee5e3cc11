"""What the page says can be done is done; what it refuses is refused for that reason and changes nothing."""

from collections.abc import Callable

from chalicelib.domain.account import Account
from chalicelib.domain.actions import (
    EXPLANATIONS,
    Action,
    ActionRefusedError,
    Reason,
    Refusal,
    allowed_actions,
    commitment_options,
)
from chalicelib.domain.errors import DomainError, InvalidInputError, RegistrationExistsError
from chalicelib.domain.ids import AuthorityId
from chalicelib.domain.registration import Choices, Commitment, Registration, State, check_complete
from chalicelib.usecases.registrations.situation import Situation
from tests.model.holding import held_by
from tests.model.moves import Moves

SAID_BY_THE_ORDER = (Reason.PAYMENT_UNDER_WAY, Reason.PAYMENT_SET_ASIDE)
"""Only the provider of a payment under way knows these; the page learns them by the click."""


class Promises:
    """Tries what a candidate may want, and holds the answer against what was shown before."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        self._memory = moves.world.memory

    def shown(self, account: Account, registration: Registration) -> dict[Action, Refusal | None]:
        """What stands beside the buttons."""
        seen = self._moves.seen(account, registration)
        return allowed_actions(seen.registration, seen.offering, seen.facts, self._moves.world.clock.now())

    def attempt(
        self, action: Action, account: Account, registration: Registration, click: Callable[[], object]
    ) -> None:
        """Click, and compare."""
        refusal, before = self.shown(account, registration)[action], held_by(self._memory)
        refused = refusal_of(click)
        if refused is None:
            done = _is_done_already(action, registration)
            assert refusal is None or done, f"{action} was done against {refusal}"
            assert refusal is None or held_by(self._memory) == before, f"{action} changed something"
        elif action is Action.PAY and registration.open_order_id and refusal is None:
            self._is_said_by_the_order(refused, account, registration)
        else:
            self._is_as_shown(refused, refusal, before)

    def _is_said_by_the_order(
        self, refused: DomainError, account: Account, registration: Registration
    ) -> None:
        assert isinstance(refused, ActionRefusedError)
        now = self.shown(account, self._memory.registrations[account.id, registration.id])[Action.PAY]
        learnt = now.reason if now else None
        assert refused.reason in (*SAID_BY_THE_ORDER, learnt), f"refused to pay: {refused.reason}"

    def _is_as_shown(self, refused: DomainError, refusal: Refusal | None, before: dict[str, object]) -> None:
        assert isinstance(refused, ActionRefusedError), repr(refused)
        answer = Refusal(refused.reason, refused.changes_at)
        assert answer == refusal, f"{answer}, but the page said {refusal}"
        assert held_by(self._memory) == before, f"refused for {answer.reason}, and yet something changed"

    def start(self, account: Account, authority_id: AuthorityId) -> Registration | None:
        """Click on 开始报名."""
        shown, before = self._moves.permission(account, authority_id), held_by(self._memory)
        started: list[Registration] = []
        refused = refusal_of(lambda: started.append(self._moves.start(account, authority_id).registration))
        if refused is not None:
            assert shown.refusal, f"could be started, and was refused: {refused!r}"
            self._is_refused_as_listed(refused, shown.refusal.reason)
        if shown.refusal is not None:
            assert held_by(self._memory) == before
        if started and shown.refusal is not None:
            # The second click on it gives what the first has started.
            assert (shown.registration_id, started[0].state) == (started[0].id, State.DRAFT), shown
        return started[0] if started else None

    @staticmethod
    def _is_refused_as_listed(refused: DomainError, reason: Reason) -> None:
        # What stands there already is shown before any window is looked at.
        if reason in (Reason.REGISTERED_ALREADY, Reason.VOID):
            return
        assert isinstance(refused, ActionRefusedError | RegistrationExistsError)
        assert refused.detail == EXPLANATIONS[reason].sentence

    def edit(self, account: Account, registration: Registration, choices: Choices) -> None:
        """Save choices; the preview has said what comes of it."""
        said = self._moves.preview(account, registration, choices).refusal
        shown, before = self.shown(account, registration)[Action.EDIT], held_by(self._memory)
        refused = refusal_of(lambda: self._moves.save(account, registration, choices))
        assert (refused and refused.code, refused and refused.field) == (
            said and said.code,
            said and said.field,
        )
        if refused:
            assert held_by(self._memory) == before
        assert shown is None or (isinstance(refused, ActionRefusedError) and refused.reason is shown.reason)

    def confirm(self, account: Account, registration: Registration, wanted: Commitment) -> None:
        """Sign or decline."""
        seen = self._moves.seen(account, registration)
        refusal = self._refusal_to_confirm(seen, wanted)
        before = held_by(self._memory)
        refused = refusal_of(lambda: self._moves.confirm(account, registration, wanted, seen.offering))
        if refused is None:
            assert refusal is None, f"confirmed against {refusal}"
        elif isinstance(refusal, Refusal):
            self._is_as_shown(refused, refusal, before)
        else:
            assert isinstance(refused, InvalidInputError), repr(refused)
            assert refusal is not None
            assert refused.field == refusal
            assert held_by(self._memory) == before

    def _refusal_to_confirm(self, seen: Situation, wanted: Commitment) -> Refusal | str | None:
        """Beside the button; or the name of a field with a gap; or beside the choice."""
        now = self._moves.world.clock.now()
        case = (seen.registration, seen.offering, seen.facts, now)
        if refusal := allowed_actions(*case)[Action.CONFIRM]:
            return refusal
        try:
            check_complete(seen.registration.choices, seen.exam)
        except InvalidInputError as gap:
            return gap.field
        return commitment_options(*case)[wanted]


def refusal_of(click: Callable[[], object]) -> DomainError | None:
    """What a rule says against it; None where it is done."""
    try:
        click()
    except DomainError as refused:
        return refused
    return None


def _is_done_already(action: Action, registration: Registration) -> bool:
    """A second click finds it done instead of a refusal."""
    given = registration.signature.commitment if registration.signature else None
    return action is Action.WITHDRAW_COMMITMENT and given is Commitment.WITHDRAWN


def _in_short(refused: DomainError | None) -> tuple[str, str | None, str] | None:
    return (refused.code, refused.field, refused.detail) if refused else None
