"""What waits for finance: to its end, and each authority's for itself."""

import pytest

from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.ids import TradeNo
from chalicelib.domain.payment import PaymentOrder, Trade
from commands.finance.looking import MOST_ROWS
from tests.builders import AUTHORITY_ID, money_for
from tests.commands.test_finance import WHY, paid, payer, receive, run
from tests.usecases.paying import Payer

__all__ = ["paid", "payer"]


def test_money_of_a_registration_that_was_given_up_stays_its_authoritys(payer: Payer) -> None:
    order = payer.open()
    del payer.world.memory.registrations[payer.account.id, payer.registration.id]
    receive(payer, money_for(order, amount_fen=1))
    (waiting,) = run(payer, "waiting")
    noticed = waiting.split(",")[0]
    assert run(payer, "waiting", authority="dalian") == ["nothing waits for finance"]
    for words in (("find", order.id), ("settle", noticed, *WHY), ("give-back", order.id, "--whole", *WHY)):
        with pytest.raises(NotFoundError):
            run(payer, *words, authority="dalian")
    assert "given up" in "\n".join(run(payer, "find", order.id))
    run(payer, "give-back", order.id, "--whole", *WHY)


def test_what_waits_is_listed_to_its_end(payer: Payer, paid: PaymentOrder) -> None:
    for number in range(MOST_ROWS + 3):
        receive(payer, money_for(paid, trade=Trade("alipay", TradeNo(f"second-{number:03}"))))
    first = run(payer, "waiting")
    assert len(first) == MOST_ROWS + 1
    last = first[-2].split(",")[0]
    assert first[-1] == f"more: waiting --after {last}"
    rest = run(payer, "waiting", "--after", last)
    assert len({*first[:-1], *rest}) == MOST_ROWS + 3
    end = rest[-1].split(",")[0]
    assert run(payer, "waiting", "--after", end) == ["nothing more waits for finance"]
    for last_seen, authority in (("nobody", AUTHORITY_ID), (last, "dalian")):
        with pytest.raises(NotFoundError):
            run(payer, "waiting", "--after", last_seen, authority=authority)
