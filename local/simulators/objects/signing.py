"""Signature Version 4 as S3 checks it: in the headers of a request, in its address, or over a form's policy.

Source: "Authenticating Requests (AWS Signature Version 4)" of the S3 API reference.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, unquote

from local.simulators.objects.refusals import RefusedError

ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_SKEW = timedelta(minutes=15)
_LONGEST_LIFE_S = 7 * 86400
_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<credential>[^, ]+), *SignedHeaders=(?P<headers>[^, ]+), *"
    r"Signature=(?P<signature>\w+)"
)


@dataclass(frozen=True)
class Account:
    """Whose bucket it is, and where."""

    access_key: str
    secret_key: str = field(repr=False)
    region: str


@dataclass(frozen=True)
class SignedRequest:
    """What of a request is signed; `path` and `query` with their percent signs."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


def check_request(request: SignedRequest, account: Account, *, now: datetime) -> None:
    """Raise RefusedError unless the owner of the account has signed this request."""
    query = parse_qsl(request.query, keep_blank_values=True)
    if "X-Amz-Signature" in dict(query):
        _check_address(request, query, account, now)
    else:
        _check_headers(request, query, account, now)


def check_policy(fields: Mapping[str, str], account: Account) -> None:
    """Raise RefusedError unless the owner of the account has signed the form's policy."""
    needed = ("policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature")
    if not all(fields.get(name) for name in needed) or fields["x-amz-algorithm"] != ALGORITHM:
        raise RefusedError("AccessDenied", "Access Denied")
    _check_credential(fields["x-amz-credential"], fields["x-amz-date"], account)
    _compare(fields["policy"], fields["x-amz-signature"], fields["x-amz-date"], account)


def _check_headers(
    request: SignedRequest, query: list[tuple[str, str]], account: Account, now: datetime
) -> None:
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise RefusedError("AccessDenied", "Access Denied")
    signed_at = request.headers.get("x-amz-date", "")
    if abs(now - _moment(signed_at)) > _SKEW:
        raise RefusedError("RequestTimeTooSkewed", "The difference between the request time and the server's")
    _check_credential(found["credential"], signed_at, account)
    payload = request.headers.get("x-amz-content-sha256", "")
    if payload.startswith("STREAMING-"):
        raise RefusedError("NotImplemented", "Chunked bodies are not played here")
    if payload not in (_UNSIGNED, hashlib.sha256(request.body).hexdigest()):
        raise RefusedError("XAmzContentSHA256Mismatch", "The header does not match what was computed")
    text = _to_sign(request, query, found["headers"], payload, signed_at, account)
    _compare(text, found["signature"], signed_at, account)


def _check_address(
    request: SignedRequest, query: list[tuple[str, str]], account: Account, now: datetime
) -> None:
    named = dict(query)
    signed_at, lives_s = named.get("X-Amz-Date", ""), named.get("X-Amz-Expires", "")
    if not lives_s.isdigit() or int(lives_s) > _LONGEST_LIFE_S:
        raise RefusedError("AccessDenied", "X-Amz-Expires must be less than a week")
    if not -_SKEW <= now - _moment(signed_at) <= timedelta(seconds=int(lives_s)):
        raise RefusedError("AccessDenied", "Request has expired")
    _check_credential(named.get("X-Amz-Credential", ""), signed_at, account)
    rest = [(name, value) for name, value in query if name != "X-Amz-Signature"]
    headers = named.get("X-Amz-SignedHeaders", "")
    text = _to_sign(request, rest, headers, _UNSIGNED, signed_at, account)
    _compare(text, named["X-Amz-Signature"], signed_at, account)


def _to_sign(
    request: SignedRequest,
    query: Iterable[tuple[str, str]],
    header_names: str,
    payload: str,
    signed_at: str,
    account: Account,
) -> str:
    names = header_names.split(";")
    if "host" not in names:
        raise RefusedError("AccessDenied", "The host must be signed")
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names]
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    canonical = [
        request.method,
        quote(unquote(request.path), safe="/-_.~"),
        "&".join(f"{name}={value}" for name, value in pairs),
        "".join(headers),
        header_names,
        payload,
    ]
    hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    return "\n".join([ALGORITHM, signed_at, _scope(signed_at, account), hashed])


def _check_credential(credential: str, signed_at: str, account: Account) -> None:
    access_key, _, scope = credential.partition("/")
    if access_key != account.access_key:
        raise RefusedError("InvalidAccessKeyId", "The access key you provided does not exist")
    if scope != _scope(signed_at, account):
        raise RefusedError("AuthorizationHeaderMalformed", f"Expecting {_scope(signed_at, account)}")


def _compare(text: str, signature: str, signed_at: str, account: Account) -> None:
    key = f"AWS4{account.secret_key}".encode()
    for part in _scope(signed_at, account).split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    if not hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), signature):
        raise RefusedError("SignatureDoesNotMatch", "The signature we calculated does not match yours")


def _scope(signed_at: str, account: Account) -> str:
    return f"{signed_at[:8]}/{account.region}/s3/aws4_request"


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise RefusedError("AccessDenied", "A valid X-Amz-Date is needed") from None
