"""How the simulators make their HTML pages and read the forms on them. The pages need no script.

The pages themselves are templates in the simulators' own folders.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import parse_qsl

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

# China has had no summer time since 1991, so a fixed zone is right and needs no zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def wall_clock(moment: datetime | float) -> str:
    """An instant as a Chinese wall clock shows it: 2026-03-01 09:00:00."""
    instant = moment if isinstance(moment, datetime) else datetime.fromtimestamp(moment, SHANGHAI)
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def yuan(fen: int) -> str:
    """Money as the protocols write it: 61.00."""
    return f"{fen // 100}.{fen % 100:02d}"


class Pages:
    """The templates of one simulator, inside the layout that all share."""

    def __init__(self, folder: Path) -> None:
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader([folder, Path(__file__).parent / "templates"]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(wall_clock=wall_clock, yuan=yuan)

    def answer(
        self, request: Request, template: str, values: Mapping[str, object], *, status_code: int = 200
    ) -> HTMLResponse:
        """Render a page; `base` in it is the prefix of all links."""
        text = self._templates.get_template(template).render(base=root_of(request), **values)
        return HTMLResponse(text, status_code, headers={"Cache-Control": "no-store"})


def root_of(request: Request) -> str:
    """The prefix under which the request reached us, to be put before every link."""
    return str(request.scope.get("root_path", ""))


def see_other(request: Request, path: str) -> RedirectResponse:
    """After a form: go and look at this page of ours."""
    return RedirectResponse(root_of(request) + path, status_code=303)


async def form_fields(request: Request) -> dict[str, str]:
    """The fields of a form sent with POST; of a name that occurs twice, the last."""
    body = (await request.body()).decode("utf-8", errors="replace")
    return dict(parse_qsl(body, keep_blank_values=True))
