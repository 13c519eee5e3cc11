"""What finance does from a shell about payments, refunds and what does not agree."""

from dataclasses import replace

import pytest

from chalicelib.domain.actions import ActionRefusedError
from chalicelib.domain.audit import ReasonMissingError
from chalicelib.domain.discrepancy import DiscrepancyKind
from chalicelib.domain.errors import (
    AccountNotFoundError,
    ChangedElsewhereError,
    InvalidInputError,
    NotFoundError,
    NotRefundableError,
)
from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Money, OrderState, PaymentOrder, Trade
from chalicelib.domain.refund import RefundState
from chalicelib.domain.registration import State
from chalicelib.usecases.money.give_back import refund_told
from chalicelib.usecases.money.received import money_received
from chalicelib.usecases.money.sweep import Pace, sweep_money
from chalicelib.usecases.ports import RefundDone, RefundNews, RefundRefused
from commands.finance.__main__ import read_arguments
from commands.finance.amounts import fen_of, yuan_of
from tests.api.browser import services_of
from tests.builders import AUTHORITY_ID, money_for
from tests.fakes import World
from tests.usecases.paying import Payer, a_payer

WHY = ("--reason", "考生来函，已与支付机构核对")
SECOND = Trade("alipay", TradeNo("2026090122001400002"))


@pytest.fixture
def payer() -> Payer:
    world = World()
    world.given_exam()
    return a_payer(world)


@pytest.fixture
def paid(payer: Payer) -> PaymentOrder:
    order = payer.open()
    receive(payer, money_for(order))
    return payer.order(order)


def receive(payer: Payer, money: Money) -> None:
    money_received(money, ports=payer.ports, now=payer.world.clock.now())


def run(payer: Payer, action: str, *words: str, authority: str = AUTHORITY_ID) -> list[str]:
    who = ("--authority", authority, "--clerk", "li")
    arguments = read_arguments().parse_args([action, *who, *words])
    return list(arguments.run(arguments, services_of(payer.world)))


def sweep(payer: Payer) -> None:
    pace = Pace(wait=lambda _: None, elapsed_s=lambda: 0)
    sweep_money(ports=payer.ports, pace=pace, now=payer.world.clock.now())


def entries(payer: Payer, on_whom: str) -> list[tuple[str, str, str]]:
    return [(each.what, each.clerk.name, each.reason) for each in payer.world.audit_log.of(on_whom)]


@pytest.mark.parametrize(
    ("written", "fen"),
    [("61", 6100), ("61.0", 6100), ("¥61.00", 6100), ("￥0.07", 7), (" 192.05 ", 19205), ("1.1", 110)],
)
def test_an_amount_is_read_exactly(written: str, fen: int) -> None:
    assert fen_of(written) == fen


@pytest.mark.parametrize(
    "written", ["", "61.005", "-61", "6e1", "61,00", "６１", "1 000", ".5", "10000000000"]
)
def test_what_is_no_amount_is_refused_and_not_rounded(written: str) -> None:
    with pytest.raises(InvalidInputError, match="invalid_input"):
        fen_of(written)


def test_an_amount_is_shown_to_the_fen() -> None:
    assert [yuan_of(fen) for fen in (6100, 7, 0, -5)] == ["¥61.00", "¥0.07", "¥0.00", "-¥0.05"]


def test_a_payment_is_found_by_our_number_and_by_the_providers(payer: Payer, paid: PaymentOrder) -> None:
    assert paid.trade is not None
    found = run(payer, "find", paid.id)
    assert found == run(payer, "find", paid.trade.trade_no)
    assert found[0] == f"order {paid.id} paid, ¥240.00 by alipay"
    assert f"registration {paid.account_id} {paid.registration_id} {AUTHORITY_ID}" in "\n".join(found)
    assert "报名完成" in "\n".join(found)


def test_nothing_personal_is_shown(payer: Payer, paid: PaymentOrder) -> None:
    account = payer.account
    text = "\n".join(run(payer, "find", paid.id))
    for secret in (account.identity.name, account.identity.id_number, account.phone, account.username):
        assert secret not in text


def test_what_nobody_knows_is_not_found(payer: Payer, paid: PaymentOrder) -> None:
    for number in ("nobody", "mismatch.alipay.1"):
        with pytest.raises(NotFoundError):
            run(payer, "find", number)
    for impossible in ("", "9" * 3000, "\udcff"):
        with pytest.raises(SystemExit):
            run(payer, "find", impossible)


def test_a_part_goes_back_and_is_found_with_its_reason(payer: Payer, paid: PaymentOrder) -> None:
    (told,) = run(payer, "give-back", paid.id, "--amount", "61.00", "--of", "240", *WHY)
    assert told == f"{paid.id}R01: ¥61.00 go back with the next sweep"
    sweep(payer)
    assert payer.world.provider.given_back == {f"{paid.id}R01": 6100}
    assert payer.stored().state is State.PAID
    text = "\n".join(run(payer, "find", f"{paid.id}R01"))
    assert "part_refunded" in text
    assert "back ¥61.00, left ¥179.00" in text
    assert "give_back by li" in text
    assert WHY[1] in text
    assert entries(payer, paid.id) == [("give_back", "li", WHY[1])]


def test_the_same_command_run_twice_gives_a_part_back_once(payer: Payer, paid: PaymentOrder) -> None:
    part = ("give-back", paid.id, "--amount", "61.00", *WHY)
    with pytest.raises(InvalidInputError):
        run(payer, *part)
    run(payer, *part, "--of", "240")
    sweep(payer)
    with pytest.raises(NotRefundableError):
        run(payer, *part, "--of", "240")
    run(payer, *part, "--of", "179")
    sweep(payer)
    assert payer.world.provider.given_back == {f"{paid.id}R01": 6100, f"{paid.id}R02": 6100}


@pytest.mark.parametrize("amount", ["0", "240.01", "240.00", "1.005"])
def test_nothing_more_goes_back_than_may(payer: Payer, paid: PaymentOrder, amount: str) -> None:
    with pytest.raises((InvalidInputError, NotRefundableError)):
        run(payer, "give-back", paid.id, "--amount", amount, "--of", "240", *WHY)
    with pytest.raises(NotRefundableError):  # it pays a registration, which has to be left first
        run(payer, "give-back", paid.id, "--whole", *WHY)
    assert payer.world.memory.refunds == {}
    assert entries(payer, paid.id) == []


def test_how_much_goes_back_is_always_said(payer: Payer, paid: PaymentOrder) -> None:
    for words in ((), ("--whole", "--amount", "1")):
        with pytest.raises(SystemExit):
            run(payer, "give-back", paid.id, *words, *WHY)
    with pytest.raises(SystemExit):  # and why
        run(payer, "give-back", paid.id, "--whole")
    with pytest.raises(ReasonMissingError):
        run(payer, "give-back", paid.id, "--whole", "--reason", "  ")


def test_a_mismatch_waits_and_goes_back_whole(payer: Payer) -> None:
    order = payer.open()
    receive(payer, money_for(order, amount_fen=9900))
    (waiting,) = run(payer, "waiting")
    assert waiting.startswith("mismatch.alipay.")
    assert "¥99.00" in waiting
    run(payer, "give-back", order.id, "--whole", *WHY)
    assert run(payer, "waiting") == ["nothing waits for finance"]
    sweep(payer)
    assert payer.order(order).state is OrderState.REFUNDED
    assert f"given back by {order.id}R01" in "\n".join(run(payer, "find", order.id))


def test_a_second_trade_goes_back_and_leaves_the_registration_paid(payer: Payer, paid: PaymentOrder) -> None:
    receive(payer, money_for(paid, trade=SECOND))
    (waiting,) = run(payer, "waiting")
    noticed = waiting.split(",")[0]
    assert run(payer, "find", SECOND.trade_no)[0] == f"order {paid.id} paid, ¥240.00 by alipay"
    run(payer, "give-second-back", noticed, *WHY)
    sweep(payer)
    assert payer.world.provider.given_back == {f"{paid.id}R01": 24000}
    assert (payer.stored().state, payer.order(paid).state) == (State.PAID, OrderState.PAID)
    assert f"of trade {SECOND.trade_no}" in "\n".join(run(payer, "find", paid.id))
    with pytest.raises(NotRefundableError):
        run(payer, "give-second-back", noticed, *WHY)


def test_a_failed_refund_is_asked_for_again_under_its_number(payer: Payer, paid: PaymentOrder) -> None:
    payer.world.provider.refund_answer = RefundRefused("ACCOUNT_CLOSED", is_final=True)
    run(payer, "give-back", paid.id, "--amount", "61", "--of", "240", *WHY)
    sweep(payer)
    (waiting,) = run(payer, "waiting")
    assert "they say ACCOUNT_CLOSED" in waiting
    run(payer, "resume", f"{paid.id}R01", *WHY)
    assert payer.world.memory.refunds[f"{paid.id}R01"].state is RefundState.REQUESTED  # type: ignore[index]
    with pytest.raises(NotRefundableError):
        run(payer, "resume", f"{paid.id}R01", *WHY)
    assert [what for what, _, _ in entries(payer, paid.id)] == ["give_back", "resume_refund"]


def test_a_candidate_is_let_out_of_a_paid_exam(payer: Payer, paid: PaymentOrder) -> None:
    who = (paid.account_id, paid.registration_id)
    run(payer, "let-out", *who, *WHY)
    assert payer.stored().state is State.OPTED_OUT
    sweep(payer)
    assert payer.order(paid).state is OrderState.REFUNDED
    assert "opt_out by li" in "\n".join(run(payer, "find", paid.id))
    with pytest.raises(ActionRefusedError):
        run(payer, "let-out", *who, *WHY)
    with pytest.raises(AccountNotFoundError):
        run(payer, "let-out", "nobody", paid.registration_id, *WHY)


def test_what_was_seen_to_waits_no_more_and_is_settled_once(payer: Payer) -> None:
    stray = replace(money_for(payer.open()), order_id=OrderId("z" * 20))
    with pytest.raises(NotFoundError):
        receive(payer, stray)
    (waiting,) = run(payer, "waiting", authority="dalian")  # nobody's, so anybody's
    noticed = waiting.split(",")[0]
    assert noticed == f"{DiscrepancyKind.UNKNOWN_ORDER}.alipay.{stray.trade.trade_no}"
    assert run(payer, "settle", noticed, *WHY, authority="dalian") == [f"{noticed}: settled"]
    assert run(payer, "waiting") == ["nothing waits for finance"]
    found = "\n".join(run(payer, "find", stray.trade.trade_no))
    assert "no order of ours" in found
    assert "settle_discrepancy by li of dalian" in found
    with pytest.raises(ChangedElsewhereError):
        run(payer, "settle", noticed, *WHY)


def test_a_refund_nobody_asked_for_is_found_with_its_order(payer: Payer, paid: PaymentOrder) -> None:
    news = RefundNews(order_id=paid.id, refund_id=RefundId("console1"), answer=RefundDone())
    assert not refund_told(news, "alipay", ports=payer.ports, now=payer.world.clock.now())
    for number in ("console1", paid.id):
        assert "unknown_refund.alipay.console1" in "\n".join(run(payer, "find", number))
    with pytest.raises(NotFoundError):
        run(payer, "find", "console1", authority="dalian")


def test_the_provider_is_asked_at_once(payer: Payer) -> None:
    order = payer.open()
    payer.world.provider.pay(order)
    assert run(payer, "ask", order.id)[0].startswith(f"order {order.id} paid")
    assert entries(payer, order.id) == [("ask_provider", "li", "核对支付结果")]
    run(payer, "give-back", order.id, "--amount", "61", "--of", "240", *WHY)
    assert "back ¥61.00, left ¥179.00" in "\n".join(run(payer, "ask", order.id))


def test_a_clerk_of_another_authority_sees_and_moves_nothing(payer: Payer, paid: PaymentOrder) -> None:
    receive(payer, money_for(paid, trade=SECOND))
    payer.world.provider.refund_answer = RefundRefused("ACCOUNT_CLOSED", is_final=True)
    run(payer, "give-back", paid.id, "--amount", "61", "--of", "240", *WHY)
    sweep(payer)
    second = f"{DiscrepancyKind.SECOND_TRADE}.alipay.{SECOND.trade_no}"
    before = (payer.order(paid), payer.stored(), dict(payer.world.memory.refunds))
    assert run(payer, "waiting", authority="dalian") == ["nothing waits for finance"]
    assert len(run(payer, "waiting")) == 2
    for words in (
        ("find", paid.id),
        ("find", SECOND.trade_no),
        ("ask", paid.id),
        ("give-back", paid.id, "--amount", "1", "--of", "240", *WHY),
        ("give-second-back", second, *WHY),
        ("resume", f"{paid.id}R01", *WHY),
        ("settle", second, *WHY),
        ("let-out", paid.account_id, paid.registration_id, *WHY),
    ):
        with pytest.raises(NotFoundError):
            run(payer, *words, authority="dalian")
    assert (payer.order(paid), payer.stored(), dict(payer.world.memory.refunds)) == before
    assert [what for what, _, _ in entries(payer, paid.id)] == ["give_back"]
