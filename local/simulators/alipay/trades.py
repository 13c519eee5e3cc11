"""What the simulated Alipay knows, as values. The rules are in `trading.py`."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from local.simulators.page import wall_clock

_NUMBER_LENGTH = 28
CONSOLE = "CONSOLE"
"""How the numbers of refunds from the merchant's console begin."""


class TradeStatus(StrEnum):
    """The states of a trade. FINISHED is paid as well; the simulator does not reach it by itself."""

    WAIT_BUYER_PAY = "WAIT_BUYER_PAY"
    TRADE_SUCCESS = "TRADE_SUCCESS"
    TRADE_FINISHED = "TRADE_FINISHED"
    TRADE_CLOSED = "TRADE_CLOSED"


@dataclass(frozen=True, slots=True)
class PayRequest:
    """A verified page or wap payment: what the merchant wants to be paid."""

    method: str
    out_trade_no: str
    subject: str
    total_fen: int
    expires_at: float
    return_url: str = ""
    quit_url: str = ""
    notify_url: str = ""
    passback_params: str = ""


@dataclass(frozen=True, slots=True)
class Trade:
    """One transaction. `closed_by` tells expiry, the merchant and a whole refund apart."""

    trade_no: str
    out_trade_no: str
    status: TradeStatus
    subject: str
    total_fen: int
    refunded_fen: int
    created_at: float
    expires_at: float
    paid_at: float | None
    closed_at: float | None
    closed_by: str
    notify_url: str
    passback_params: str

    @property
    def is_paid(self) -> bool:
        """Money has come, whether or not some went back."""
        return self.paid_at is not None


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; `out_request_no` is the merchant's key for it, or the console's own number."""

    trade_no: str
    out_request_no: str
    amount_fen: int
    refunded_at: float

    @property
    def is_from_console(self) -> bool:
        """Made by a person at the provider, without the merchant's system."""
        return self.out_request_no.startswith(CONSOLE)


def dated_number(now: float, kind: str) -> str:
    """A number of the provider's: the day in China, the kind, then chance; 28 digits."""
    start = wall_clock(now)[:10].replace("-", "") + kind
    return start + "".join(secrets.choice("0123456789") for _ in range(_NUMBER_LENGTH - len(start)))
