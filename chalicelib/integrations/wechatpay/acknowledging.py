"""What WeChat Pay is answered to its notices: within five seconds, and 401 to a wrong signature."""

import json

from chalicelib.usecases.ports.providers import Acknowledgement, Receipt

_ANSWERS = {
    Receipt.TAKEN: (200, "SUCCESS", ""),
    Receipt.REFUSED: (401, "FAIL", "signature"),
    Receipt.UNKNOWN: (500, "FAIL", "unknown order"),
}


def acknowledged(receipt: Receipt) -> Acknowledgement:
    """Their form of a code and a message."""
    status, code, message = _ANSWERS[receipt]
    text = json.dumps({"code": code, "message": message}, separators=(",", ":"))
    return Acknowledgement(status=status, text=text, content_type="application/json; charset=utf-8")
