"""The page on which people read the API's description; the description itself is docs/openapi.json."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

_DESCRIPTION = Path(__file__).parent.parent / "docs" / "openapi.json"
_READER = Path(__file__).parent / "node_modules" / "swagger-ui-dist"
_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>报考 API</title>
<link rel="stylesheet" href="/docs/reader/swagger-ui.css">
<link rel="icon" href="/docs/reader/favicon-32x32.png">
</head>
<body>
<div id="description"></div>
<script src="/docs/reader/swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({url: "/docs/openapi.json", dom_id: "#description", deepLinking: true})</script>
</body>
</html>
"""


def docs_routes() -> list[Route | Mount]:
    """Return what is served below /docs."""
    return [
        Route("/docs", _page),
        Route("/docs/", _page),
        Route("/docs/openapi.json", _description),
        Mount("/docs/reader", StaticFiles(directory=_READER, check_dir=False)),
    ]


async def _page(_: Request) -> Response:
    if not _READER.is_dir():
        return PlainTextResponse("The reader is missing: run `npm ci` in local/.", 503)
    return HTMLResponse(_PAGE)


async def _description(_: Request) -> Response:
    if not _DESCRIPTION.is_file():
        return PlainTextResponse("docs/openapi.json is missing.", 404)
    return FileResponse(_DESCRIPTION, media_type="application/json", headers={"Cache-Control": "no-cache"})
