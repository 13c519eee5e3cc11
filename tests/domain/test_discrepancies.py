"""What a discrepancy is called: by what it is about, so that told of again it is the same one."""

from chalicelib.domain.discrepancy import DiscrepancyKind, discrepancy_id

K = DiscrepancyKind


def test_the_same_thing_told_of_again_is_the_same_discrepancy() -> None:
    assert discrepancy_id(K.SECOND_TRADE, "alipay", "2026") == "second_trade.alipay.2026"


def test_what_is_about_another_number_provider_or_kind_is_another_one() -> None:
    ids = {
        discrepancy_id(kind, provider, number)
        for kind in (K.SECOND_TRADE, K.MISMATCH)
        for provider in ("alipay", "wechatpay")
        for number in ("1", "2")
    }
    assert len(ids) == 8


def test_a_number_of_theirs_that_is_too_long_for_a_key_is_cut() -> None:
    """DynamoDB takes keys of at most 2,048 bytes; a Chinese character has three or four."""
    found = discrepancy_id(K.REFUND_AMOUNT_DIFFERS, "wechatpay", "号" * 5000)
    assert len(found.encode()) < 1024
