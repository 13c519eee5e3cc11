"""The page and its JSON, over the folder that all simulators share."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.control.clock_moves import ClockMove, MoveRefusedError, clock_as_json, move_clock
from local.simulators.control.holdings import Holdings, open_holdings
from local.simulators.control.switches import NAMES, switches, wanted_by_form
from local.simulators.faults import UnknownFaultError
from local.simulators.outbox import Outbox
from local.simulators.page import Pages, form_fields, root_of, see_other
from local.simulators.service import Surroundings, health_route
from local.simulators.sms.operator import read_operator_data
from local.simulators.verification.people import Person

_Endpoint = Callable[[Request], Awaitable[Response]]
_REFUSALS = (UnknownFaultError, MoveRefusedError, msgspec.MsgspecError)


class Control:
    """What people and tests can look at and do."""

    def __init__(self, surroundings: Surroundings, holdings: Holdings, people: tuple[Person, ...]) -> None:
        self._clock = surroundings.clock
        self._faults = surroundings.faults
        self._holdings = holdings
        self._people = people
        self._pages = Pages(Path(__file__).parent / "templates")

    def routes(self) -> list[Route]:
        """The page, its forms, and the JSON of `local.simulators.control`."""
        return [
            Route("/", self._page),
            Route("/clock", self._form(self._move_by_form), methods=["POST"]),
            Route("/faults/{party}", self._form(self._switch_by_form), methods=["POST"]),
            Route("/clear", self._form(self._clear), methods=["POST"]),
            Route("/notices/{id:int}/send", self._form(self._send_notice), methods=["POST"]),
            Route(
                "/wechatpay/notices/{id:int}/send", self._form(self._send_wechatpay_notice), methods=["POST"]
            ),
            Route("/api/state", self._json(self._look), methods=["GET"]),
            Route("/api/faults", self._json(self._look_at_faults), methods=["GET"]),
            Route("/api/faults", self._json(self._switch), methods=["POST"]),
            Route("/api/faults", self._json(self._clear), methods=["DELETE"]),
            Route("/api/clock", self._json(self._look_at_clock), methods=["GET"]),
            Route("/api/clock", self._json(self._move), methods=["POST"]),
            Route("/api/notices/{id:int}/send", self._json(self._send_notice), methods=["POST"]),
            Route(
                "/api/wechatpay/notices/{id:int}/send",
                self._json(self._send_wechatpay_notice),
                methods=["POST"],
            ),
            Route("/api/people", self._json(self._look_at_people), methods=["GET"]),
        ]

    async def _page(self, request: Request) -> Response:
        return self._render(request, refusal="")

    def _render(self, request: Request, *, refusal: str) -> Response:
        # Behind the one port for people the others are neighbours; alone, their ports are not known here.
        neighbours = root_of(request).removesuffix("/control")
        values = {
            **self._holdings.latest(),
            "clock": clock_as_json(self._clock),
            "switches": switches(self._faults.read()),
            "names": NAMES,
            "people": self._people,
            "numbers": read_operator_data().numbers,
            "neighbours": neighbours if root_of(request) else None,
            "refusal": refusal,
        }
        return self._pages.answer(request, "control.html", values, status_code=400 if refusal else 200)

    def _form(self, act: Callable[[Request], Awaitable[object]]) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                await act(request)
            except _REFUSALS as error:
                return self._render(request, refusal=str(error))
            return see_other(request, "/")

        return endpoint

    def _json(self, act: Callable[[Request], Awaitable[object]]) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse(msgspec.to_builtins(await act(request)))
            except _REFUSALS as error:
                return JSONResponse({"error": str(error)}, status_code=400)

        return endpoint

    async def _look(self, request: Request) -> object:
        faults, clock = await self._look_at_faults(request), await self._look_at_clock(request)
        return {**self._holdings.latest(), "faults": faults, "clock": clock}

    async def _look_at_faults(self, _: Request) -> object:
        return self._faults.read()

    async def _look_at_clock(self, _: Request) -> object:
        return clock_as_json(self._clock)

    async def _look_at_people(self, _: Request) -> object:
        return {"people": self._people}

    async def _switch(self, request: Request) -> object:
        return self._faults.change(msgspec.json.decode(await request.body(), type=dict[str, object]))

    async def _switch_by_form(self, request: Request) -> object:
        return self._faults.change(wanted_by_form(request.path_params["party"], await form_fields(request)))

    async def _clear(self, _: Request) -> object:
        return self._faults.clear()

    async def _move(self, request: Request) -> object:
        move_clock(self._clock, msgspec.json.decode(await request.body(), type=ClockMove))
        return clock_as_json(self._clock)

    async def _move_by_form(self, request: Request) -> None:
        given = {name: value for name, value in (await form_fields(request)).items() if value}
        move_clock(self._clock, msgspec.convert(given, ClockMove, strict=False))

    async def _send_notice(self, request: Request) -> object:
        return self._send_from(self._holdings.ledger, request)

    async def _send_wechatpay_notice(self, request: Request) -> object:
        return self._send_from(self._holdings.wechatpay, request)

    def _send_from(self, outbox: Outbox, request: Request) -> object:
        notice_id = int(request.path_params["id"])
        if not outbox.send_notice_now(notice_id, self._clock.now().timestamp()):
            raise UnknownFaultError(f"there is no notice {notice_id}")
        return {"sending": notice_id}


def build(surroundings: Surroundings, people: tuple[Person, ...]) -> Starlette:
    """The control page as an application."""
    control = Control(surroundings, open_holdings(surroundings.folder), people)
    return Starlette(routes=[health_route(), *control.routes()])
