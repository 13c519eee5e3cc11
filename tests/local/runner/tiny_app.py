"""A Chalice app of a few lines that plays the product where only the runner is on trial."""

from collections.abc import Callable
from typing import Any

from chalice import Chalice, Response


def make_app(
    *,
    on_batch: Callable[[list[dict[str, Any]]], object] = lambda records: None,
    on_tick: Callable[[Any], object] = lambda event: None,
) -> Any:
    """Return a new app whose stream handler and schedule call the given functions."""
    app = Chalice(app_name="tiny")

    @app.route("/things/{thing_id}", methods=["GET", "POST"])
    def thing(thing_id: str) -> Any:
        request: Any = app.current_request
        return {
            "thing": thing_id,
            "query": dict(request.query_params or {}),
            "body": request.raw_body.decode(),
            "ip": request.context["identity"]["sourceIp"],
            "stage": request.context["stage"],
        }

    @app.route("/things/new")
    def new_thing() -> Any:
        headers: dict[str, str | list[str]] = {"Set-Cookie": ["a=1", "b=2"], "Content-Type": "text/plain"}
        return Response("新", status_code=201, headers=headers)

    @app.route("/fails")
    def fails() -> Any:
        raise RuntimeError("on purpose")

    @app.on_dynamodb_record(stream_arn="arn:placeholder", batch_size=10, name="follow")
    def follow(event: Any) -> object:
        return on_batch(event.to_dict()["Records"])

    @app.schedule("rate(1 minute)", name="tick")
    def tick(event: Any) -> object:
        return on_tick(event)

    return app
