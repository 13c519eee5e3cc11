"""A receipt shows a payment that paid its registration, and what is left of it."""

from chalicelib.domain.payment import Merchant
from chalicelib.usecases.money.finance import give_back
from chalicelib.usecases.ports import RefundRefused
from tests.builders import an_entry
from tests.usecases.giving_back import mismatch, paid, receive, surplus, sweep
from tests.usecases.paying import Payer


def test_what_pays_has_one_also_when_a_part_is_back_or_stuck(payer: Payer) -> None:
    order = paid(payer)
    assert order.has_receipt
    give_back(order.id, 1000, an_entry(), ports=payer.ports)
    assert payer.order(order).has_receipt
    sweep(payer.world)
    assert payer.order(order).has_receipt
    payer.world.provider.refund_answer = RefundRefused("CLOSED", is_final=True)
    give_back(order.id, 1000, an_entry(), ports=payer.ports)
    sweep(payer.world)
    assert payer.order(order).has_receipt


def test_a_mismatch_has_none_whatever_is_back_of_it(payer: Payer) -> None:
    order = mismatch(payer)
    assert not order.has_receipt
    give_back(order.id, 6000, an_entry(), ports=payer.ports)
    sweep(payer.world)
    assert payer.order(order).left_fen > 0
    assert not payer.order(order).has_receipt


def test_a_mismatch_of_the_right_amount_has_none_either(payer: Payer) -> None:
    order = payer.open()
    another = Merchant(seller_id="another", app_id=order.merchant.app_id)
    receive(payer, payer.world.provider.pay(order, merchant=another))
    give_back(order.id, 6000, an_entry(), ports=payer.ports)
    sweep(payer.world)
    assert not payer.order(order).has_receipt


def test_what_goes_back_whole_and_what_brought_nothing_have_none(payer: Payer) -> None:
    assert not payer.open().has_receipt
    order = surplus(payer)
    assert not order.has_receipt
    sweep(payer.world)
    assert not payer.order(order).has_receipt
