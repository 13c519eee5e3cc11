"""The body of a request, up to the length that API Gateway takes."""

from starlette.requests import Request

from local.proxy_events import LARGEST_REQUEST_BYTES


async def limited_body(request: Request) -> bytes | None:
    """Return the body, or None where it is longer than API Gateway takes."""
    parts, length = [], 0
    async for part in request.stream():
        parts.append(part)
        length += len(part)
        if length > LARGEST_REQUEST_BYTES:
            return None
    return b"".join(parts)
