"""What the cases themselves ask of the emulator, without the client: laying out and looking.

So it takes a quarter of the time. The product's own calls go through its client.
"""

import base64
import json
from typing import Any

import urllib3

_STREAMS = {"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"}
SIGNATURE = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=key/20260101/cn-north-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0",
    "X-Amz-Date": "20260101T000000Z",
}
"""The emulator wants one, whatever it says."""
_HEADERS = {"Content-Type": "application/x-amz-json-1.0", **SIGNATURE}


class RawDynamo:
    """The emulator's protocol, spoken by hand."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool = urllib3.PoolManager()

    def ask(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """One call; bytes are bytes on both sides."""
        target = "DynamoDBStreams_20120810" if operation in _STREAMS else "DynamoDB_20120810"
        answer = self._pool.request(
            "POST",
            self._address,
            headers={**_HEADERS, "X-Amz-Target": f"{target}.{operation}"},
            body=json.dumps(request, default=_encoded),
        )
        assert answer.status == 200, answer.data
        found: dict[str, Any] = json.loads(answer.data, object_hook=_decoded)
        return found


class RawStreams:
    """The calls of a streams client that a reader needs."""

    def __init__(self, raw: RawDynamo) -> None:
        self._raw = raw

    def list_streams(self, **request: Any) -> dict[str, Any]:
        return self._raw.ask("ListStreams", request)

    def describe_stream(self, **request: Any) -> dict[str, Any]:
        return self._raw.ask("DescribeStream", request)

    def get_shard_iterator(self, **request: Any) -> dict[str, Any]:
        return self._raw.ask("GetShardIterator", request)

    def get_records(self, **request: Any) -> dict[str, Any]:
        return self._raw.ask("GetRecords", request)


def _encoded(value: object) -> str:
    assert isinstance(value, bytes)
    return base64.b64encode(value).decode()


def _decoded(value: dict[str, Any]) -> dict[str, Any]:
    if len(value) == 1 and "B" in value:
        return {"B": base64.b64decode(value["B"])}
    return value
