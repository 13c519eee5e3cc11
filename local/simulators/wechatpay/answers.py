"""What API v3 says no with: the status, the code and the words of each refusal."""


class ApiRefusalError(Exception):
    """The call is not done."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message


def sign_error(message: str) -> ApiRefusalError:
    """Not signed by the merchant."""
    return ApiRefusalError(401, "SIGN_ERROR", message)


def param_error(message: str) -> ApiRefusalError:
    """Something in the call is not as the interface has it."""
    return ApiRefusalError(400, "PARAM_ERROR", message)


def invalid_request(message: str) -> ApiRefusalError:
    """The call is right in form and cannot be done."""
    return ApiRefusalError(400, "INVALID_REQUEST", message)


def order_not_exist() -> ApiRefusalError:
    """No such order."""
    return ApiRefusalError(404, "ORDERNOTEXIST", "订单不存在")


def order_paid() -> ApiRefusalError:
    """Paid already."""
    return ApiRefusalError(400, "ORDERPAID", "该订单已支付")


def order_closed() -> ApiRefusalError:
    """Closed already."""
    return ApiRefusalError(400, "ORDER_CLOSED", "该订单已关闭")


def refund_not_exist() -> ApiRefusalError:
    """No such refund, or nothing to give back from."""
    return ApiRefusalError(404, "RESOURCE_NOT_EXISTS", "订单或退款单不存在")


def no_statement() -> ApiRefusalError:
    """Nothing was paid or given back on the day."""
    return ApiRefusalError(400, "NO_STATEMENT_EXIST", "账单文件不存在")


def statement_creating() -> ApiRefusalError:
    """The bill of the day is not made yet."""
    return ApiRefusalError(400, "STATEMENT_CREATING", "账单生成中，请稍后再试")


def not_enough() -> ApiRefusalError:
    """Too little on the merchant's account."""
    return ApiRefusalError(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")
