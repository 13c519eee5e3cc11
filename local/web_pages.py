"""The built web pages: files as they are, and the one page for every address that the pages make up."""

import stat
from pathlib import Path, PurePosixPath

from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

# The build puts a hash of the content into the names below assets/, so such a file never changes.
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"
_NOT_BUILT = "网页尚未构建：make web\nThe web pages are not built: make web\n"


class WebPages:
    """An ASGI application over the folder of the build."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = StaticFiles(directory=folder, check_dir=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or with the page."""
        if scope["type"] != "http":
            return
        response = await self._answer(scope)
        await response(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        if not (self._folder / "index.html").is_file():
            return PlainTextResponse(_NOT_BUILT, 503)
        path = scope["path"].lstrip("/")
        wanted = path if self._is_file(path) else "index.html"
        if wanted == "index.html" and PurePosixPath(path).suffix not in ("", ".html"):
            return PlainTextResponse("Not Found", 404)
        response = await self._files.get_response(wanted, scope)
        response.headers["Cache-Control"] = _FOR_EVER if wanted.startswith("assets/") else _ASK_EACH_TIME
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def _is_file(self, path: str) -> bool:
        try:
            _, found = self._files.lookup_path(path)
        except (OSError, ValueError):
            # No file can have such a name: it is too long, or a null byte is in it.
            return False
        return found is not None and stat.S_ISREG(found.st_mode)
