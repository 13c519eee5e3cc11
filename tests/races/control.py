"""Starting many at once, and the control: DynamoDB without its conditions, so that a race must show.

A race test that would also pass without the conditions proves nothing.
"""

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any

from pynamodb.connection import Connection

THREADS = 16


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Run all actions at the same moment; gives what each returned, or the exception it raised."""
    start = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return action()
        except Exception as error:  # noqa: BLE001  # whatever it is, the test looks at it
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@contextmanager
def without_conditions(connection: Connection) -> Iterator[None]:
    """Every write within the block goes through, whatever its condition says."""
    # A handler of this event may replace the request, which botocore's types do not know.
    events: Any = connection.client.meta.events
    events.register("provide-client-params.dynamodb.*", _unconditional)
    try:
        yield
    finally:
        events.unregister("provide-client-params.dynamodb.*", _unconditional)


def _unconditional(params: dict[str, Any], **_: Any) -> dict[str, Any]:
    request = copy.deepcopy(params)
    for item in request.get("TransactItems", []):
        for action in item.values():
            _strip(action)
    if "TransactItems" in request:
        # A check is nothing but its condition.
        request["TransactItems"] = [i for i in request["TransactItems"] if "ConditionCheck" not in i]
    elif "UpdateExpression" in request:
        _strip(request)
    return request


def _strip(action: dict[str, Any]) -> None:
    action.pop("ConditionExpression", None)
    used = set(re.findall(r"[#:]\w+", action.get("UpdateExpression", "")))
    # DynamoDB refuses placeholders that nothing refers to.
    for placeholders in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        left = {short: value for short, value in action.pop(placeholders, {}).items() if short in used}
        if left:
            action[placeholders] = left
