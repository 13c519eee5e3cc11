"""How S3 says no: a code that clients know, a sentence, and the status that goes with both."""

from xml.sax.saxutils import escape

_STATUSES = {
    "AccessDenied": 403,
    "AuthorizationHeaderMalformed": 400,
    "BadDigest": 400,
    "EntityTooLarge": 400,
    "EntityTooSmall": 400,
    "InternalError": 500,
    "InvalidAccessKeyId": 403,
    "InvalidPolicyDocument": 400,
    "MalformedPOSTRequest": 400,
    "MethodNotAllowed": 405,
    "NoSuchBucket": 404,
    "NoSuchKey": 404,
    "NotImplemented": 501,
    "RequestTimeTooSkewed": 403,
    "SignatureDoesNotMatch": 403,
    "XAmzContentSHA256Mismatch": 400,
}


class RefusedError(Exception):
    """A request that S3 would not do."""

    def __init__(self, code: str, message: str) -> None:
        """`code` is one of S3's own."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = _STATUSES[code]

    def as_xml(self) -> str:
        """The answer's body."""
        inside = f"<Code>{self.code}</Code><Message>{escape(self.message)}</Message>"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inside}</Error>'
