"""What the gateway says no with: the code, the sub-code and the words of each refusal.

Refusals of the cashier page are said to a buyer in words; they are in `trading.py`.
"""

from typing import ClassVar


class GatewayRefusalError(Exception):
    """The gateway does not do what it was asked."""

    code: ClassVar[str]
    msg: ClassVar[str]
    is_signed: ClassVar[bool] = True

    def __init__(self, sub_code: str, sub_msg: str) -> None:
        super().__init__(f"{sub_code} {sub_msg}")
        self.sub_code = sub_code
        self.sub_msg = sub_msg


class UnknownCallerError(GatewayRefusalError):
    """Not the merchant, so there is no key to sign the answer for: it goes out unsigned."""

    code = "40002"
    msg = "Invalid Arguments"
    is_signed = False


class MissingArgumentError(GatewayRefusalError):
    """A parameter that every call needs is not there."""

    code = "40001"
    msg = "Missing Required Arguments"


class InvalidArgumentError(GatewayRefusalError):
    """A parameter is not as the protocol has it."""

    code = "40002"
    msg = "Invalid Arguments"


class BusinessRefusalError(GatewayRefusalError):
    """The call is right and cannot be done."""

    code = "40004"
    msg = "Business Failed"


def trade_not_exist() -> BusinessRefusalError:
    """No buyer has logged in for this order yet, or it was never heard of."""
    return BusinessRefusalError("ACQ.TRADE_NOT_EXIST", "交易不存在")


def invalid_parameter(what: str) -> BusinessRefusalError:
    """Something in `biz_content` is not as the method has it."""
    return BusinessRefusalError("ACQ.INVALID_PARAMETER", f"参数无效：{what}")


def bill_not_exist() -> BusinessRefusalError:
    """No money moved on that day, or its bill is not made yet; the documents spell it BILL_NOT_EXIST."""
    return BusinessRefusalError("isp.bill_not_exist", "账单不存在")
