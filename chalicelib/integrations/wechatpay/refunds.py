"""Money back by WeChat Pay: what each answer and each notice about a refund comes to.

A refund of theirs is PROCESSING, then SUCCESS, ABNORMAL or CLOSED. ABNORMAL: the payer's account takes no
money, and it stays with WeChat Pay until a person names another account on their pages. CLOSED: nothing went
back, and never will under this number. Both are final here, for asking again changes nothing; where a person
then helped, a notice says so.
"""

from typing import Any

from chalicelib.domain.ids import OrderId, RefundId, TradeNo
from chalicelib.domain.payment import Merchant, Trade
from chalicelib.domain.refund import Refund
from chalicelib.integrations.wechatpay import contents
from chalicelib.integrations.wechatpay.contents import Done, NotDone, decoded, sorted_out
from chalicelib.integrations.wechatpay.sdk import WechatPaySdk
from chalicelib.usecases.ports.outside import (
    NoticeRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from chalicelib.usecases.ports.providers import (
    FoundRefund,
    RefundAnswer,
    RefundDone,
    RefundNews,
    RefundPending,
    RefundRefused,
)

EVENTS = frozenset({"REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"})
_NOT_EXIST = frozenset({"RESOURCE_NOT_EXISTS", "REFUNDNOTEXIST"})
_TOO_LITTLE = frozenset({"NOT_ENOUGH", "NOTENOUGH"})
_OUR_SETTINGS = frozenset({"SIGN_ERROR", "NO_AUTH", "NOAUTH", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH"})


def give_back(sdk: WechatPaySdk, refund: Refund, *, notify_url: str) -> RefundAnswer:
    """Ask for the refund, again or for the first time. Raises as the port says.

    A refusal is believed only once they know of no refund with this number: money that went back a moment ago
    makes a repeat wrong in several ways, such as more than was paid.
    """
    match sorted_out(sdk.refund(_asked(refund, notify_url))):
        case Done(text):
            return _answer_about(refund, text)
        case NotDone(code):
            return _refused_unless_known(sdk, refund, code)


def find_refund(sdk: WechatPaySdk, order_id: OrderId, trade: Trade, number: RefundId) -> FoundRefund | None:
    """A refund by its number, which every one has. Raises as the port says."""
    if not number:
        return None
    match sorted_out(sdk.query_refund(number)):
        case Done(text):
            said, answer = _read(text)
            if (said.out_refund_no, said.transaction_id, said.out_trade_no) != (
                number,
                trade.trade_no,
                order_id,
            ):
                raise ProviderUnavailableError("WeChat Pay's answer is about another refund")
            return FoundRefund(number, said.amount.refund, answer)
        case NotDone(code) if code in _NOT_EXIST:
            return None
        case NotDone(code) if code in _OUR_SETTINGS:
            raise ProviderRefusedError(f"WeChat Pay refuses: {code}")
        case NotDone(code):
            raise ProviderUnavailableError(f"WeChat Pay cannot say what became of a refund: {code}")


def read_refund_news(event_type: str, text: str, merchant: Merchant) -> RefundNews:
    """What a genuine notice says of a refund. Raises NoticeRefusedError, and ValueError for another form."""
    said = decoded(text, contents.RefundNotice)
    if said.mchid != merchant.seller_id:
        raise NoticeRefusedError("of another merchant")
    if event_type != f"REFUND.{said.refund_status}" or said.amount.refund > said.amount.total:
        raise NoticeRefusedError("a refund that contradicts itself")
    return RefundNews(
        order_id=OrderId(said.out_trade_no),
        refund_id=RefundId(said.out_refund_no),
        answer=_standing(said.refund_status),
        trade_no=TradeNo(said.transaction_id),
        amount_fen=said.amount.refund,
    )


def _asked(refund: Refund, notify_url: str) -> dict[str, Any]:
    """All of it follows from the refund, for asking again must be asking the same."""
    return {
        "transaction_id": refund.trade.trade_no,
        "out_refund_no": refund.id,
        "amount": {"refund": refund.amount_fen, "total": refund.total_fen, "currency": "CNY"},
        "notify_url": notify_url,
    }


def _refused_unless_known(sdk: WechatPaySdk, refund: Refund, code: str) -> RefundAnswer:
    if code in _OUR_SETTINGS:
        raise ProviderRefusedError(f"WeChat Pay refuses: {code}")
    match sorted_out(sdk.query_refund(refund.id)):
        case Done(text):
            return _answer_about(refund, text)
        case NotDone(found) if found in _NOT_EXIST:
            return RefundRefused(code, is_final=code not in _TOO_LITTLE)
        case NotDone(found) if found in _OUR_SETTINGS:
            raise ProviderRefusedError(f"WeChat Pay refuses: {found}")
        case NotDone(found):
            raise ProviderUnavailableError(f"WeChat Pay cannot say what became of a refund: {found}")


def _answer_about(refund: Refund, text: str) -> RefundAnswer:
    """A signed answer about another refund would be a true answer to another question."""
    said, answer = _read(text)
    numbers = (said.out_refund_no, said.transaction_id, said.out_trade_no)
    amounts = (said.amount.refund, said.amount.total)
    if numbers != (refund.id, refund.trade.trade_no, refund.order_id) or amounts != (
        refund.amount_fen,
        refund.total_fen,
    ):
        raise ProviderUnavailableError("WeChat Pay's answer is about another refund")
    return answer


def _read(text: str) -> tuple[contents.Refund, RefundAnswer]:
    try:
        said = decoded(text, contents.Refund)
        return said, _standing(said.status)
    except ValueError:
        raise ProviderUnavailableError("WeChat Pay's answer lacks what a refund has") from None


def _standing(status: str) -> RefundAnswer:
    match status:
        case "SUCCESS":
            return RefundDone()
        case "PROCESSING":
            return RefundPending()
        case "ABNORMAL" | "CLOSED":
            # Closed is closed. What is abnormal, a person may still bring to its end on the console.
            return RefundRefused(status, is_final=True, is_dead=status == "CLOSED")
        case _:
            raise ValueError("a state that we do not know")
