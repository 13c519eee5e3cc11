"""What the product's programs logged: a fault of ours that no killed program explains is a bug."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NOBODY_THERE = {
    "ConnectionClosedError",
    "ConnectionError",
    "ConnectTimeoutError",
    "EndpointConnectionError",
    "HTTPClientError",
    "IncompleteReadError",
    "ReadTimeoutError",
    "ResponseStreamingError",
}
"""How a request to the database ends when that is killed under it."""


def unexplained(folder: Path) -> list[str]:
    """One line for each kind of fault."""
    counted = Counter(
        f"{line.get('message')}: {line.get('exception_name')} {str(line.get('exception', ''))[-200:]}"
        for file in sorted(folder.glob("*.log"))
        for line in _lines(file)
        if line.get("message") == "unexpected fault" and line.get("exception_name") not in _NOBODY_THERE
    )
    return [f"{times} times {fault}" for fault, times in counted.items()]


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8", errors="replace") as opened:
        for text in opened:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line
