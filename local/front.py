"""The one port that people use: passes the API and the simulators on, and gives out the web pages.

Plays what CloudFront does in the cloud, with the simulators beside it. It reads no body and knows no rule.
"""

import argparse
from collections.abc import Mapping, Sequence

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route

from local.docs_page import docs_routes
from local.passing_on import Backends
from local.programs import WEB_PAGES
from local.sockets import LOOPBACK
from local.web_pages import WebPages

_EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def build_front(workers: Sequence[int], simulators: Mapping[str, int]) -> Starlette:
    """Return the front for API workers and simulators on these ports of the loopback address."""
    client = httpx.AsyncClient(
        timeout=httpx.Timeout(75, connect=2),
        limits=httpx.Limits(max_connections=None),
        trust_env=False,
    )
    client.headers.clear()
    api = Backends([_address(port) for port in workers], client=client)
    routes: list[Route | Mount] = [Route("/api/{rest:path}", api.pass_on, methods=_EVERY_METHOD)]
    for name, port in simulators.items():
        backend = Backends([_address(port)], client=client)
        place = f"/simulators/{name}"
        routes += [
            Route(place, backend.pass_on, methods=_EVERY_METHOD),
            Route(f"{place}/{{rest:path}}", backend.pass_on, methods=_EVERY_METHOD),
        ]
    routes += docs_routes()
    routes.append(Mount("/", GZipMiddleware(WebPages(WEB_PAGES), minimum_size=1024)))
    return Starlette(routes=routes)


def _address(port: int) -> str:
    return f"http://{LOOPBACK}:{port}"


def _simulator(word: str) -> tuple[str, int]:
    name, _, port = word.partition("=")
    return name, int(port)


def main() -> None:
    """Serve people."""
    parser = argparse.ArgumentParser(prog="python -m local.front", description=main.__doc__)
    parser.add_argument("--host", default=LOOPBACK)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--worker", type=int, action="append", default=[], help="port of an API worker")
    parser.add_argument("--simulator", type=_simulator, action="append", default=[], help="NAME=PORT")
    read = parser.parse_args()
    uvicorn.run(
        build_front(read.worker, dict(read.simulator)),
        host=read.host,
        port=read.port,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
