"""The parts put together: one bucket, addressed by path, below wherever the service stands."""

import base64
import zlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import unquote
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators.objects.forms import check_conditions, read_form
from local.simulators.objects.refusals import RefusedError
from local.simulators.objects.shelf import Shelf, StoredObject, etag_of
from local.simulators.objects.signing import Account, SignedRequest, check_policy, check_request
from local.simulators.service import Surroundings, health_route, keep_silent

_KEPT = ("content-type", "content-disposition", "cache-control", "x-amz-server-side-encryption")
_META = "x-amz-meta-"
_CHANGEABLE = ("content-type", "content-disposition", "cache-control")
_EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "DELETE"]
_Answer = Callable[[Request], Awaitable[Response]]


class Bucket:
    """What may be asked of one bucket."""

    def __init__(self, surroundings: Surroundings, account: Account, name: str) -> None:
        self._surroundings = surroundings
        self._account = account
        self._name = name
        self._shelf = Shelf(surroundings.folder)

    def routes(self) -> list[Route]:
        """The bucket, and the objects in it."""
        return [
            Route("/{bucket}", self._told(self._bucket), methods=_EVERY_METHOD),
            Route("/{bucket}/", self._told(self._bucket), methods=_EVERY_METHOD),
            Route("/{bucket}/{key:path}", self._told(self._object), methods=_EVERY_METHOD),
        ]

    def _told(self, answer: _Answer) -> _Answer:
        async def endpoint(request: Request) -> Response:
            faults = self._surroundings.faults.read().objects
            if faults.silent:
                return await keep_silent(request, lambda: self._surroundings.faults.read().objects.silent)
            await request.body()  # also where it is refused: unread, it would be taken for the next request
            try:
                if faults.error_500:
                    raise RefusedError("InternalError", "We encountered an internal error. Please try again.")
                if request.path_params["bucket"] != self._name:
                    raise RefusedError("NoSuchBucket", "The specified bucket does not exist")
                self._shelf.sweep(now=self._surroundings.clock.now())
                return await answer(request)
            except RefusedError as refusal:
                body = "" if request.method == "HEAD" else refusal.as_xml()
                return Response(body, refusal.status, media_type="application/xml")

        return endpoint

    async def _bucket(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._take_form(request)
        await self._checked(request)
        if request.method == "HEAD":
            return Response()
        if request.method != "GET":
            raise RefusedError("MethodNotAllowed", "The method is not allowed against this resource")
        return self._listed(request.query_params.get("prefix", ""))

    async def _take_form(self, request: Request) -> Response:
        form = read_form(request.headers.get("content-type", ""), await request.body())
        check_policy(form.fields, self._account)
        check_conditions(form, bucket=self._name, now=datetime.now(UTC))
        self._store(form.fields["key"], form.file, form.fields)
        return Response(status_code=204, headers={"ETag": etag_of(form.file)})

    async def _object(self, request: Request) -> Response:
        body = await self._checked(request)
        key = unquote(request.scope["raw_path"].decode("ascii")).split(f"/{self._name}/", 1)[1]
        if request.method == "PUT":
            _check_sum(request, body)
            self._store(key, body, request.headers)
            return Response(headers={"ETag": etag_of(body)})
        if request.method == "DELETE":
            self._shelf.delete(key)
            return Response(status_code=204)
        found = self._shelf.get(key)
        if found is None:
            raise RefusedError("NoSuchKey", "The specified key does not exist.")
        return _given_out(found, request)

    async def _checked(self, request: Request) -> bytes:
        body = await request.body()
        signed = SignedRequest(
            request.method,
            request.scope["raw_path"].decode("ascii"),
            request.scope["query_string"].decode("ascii"),
            request.headers,
            body,
        )
        check_request(signed, self._account, now=datetime.now(UTC))
        return body

    def _store(self, key: str, content: bytes, said: Mapping[str, str]) -> None:
        headers = {name: value for name, value in said.items() if name in _KEPT or name.startswith(_META)}
        self._shelf.put(key, content, headers, now=self._surroundings.clock.now())

    def _listed(self, prefix: str) -> Response:
        found = self._shelf.sizes(prefix)
        items = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size></Contents>" for key, size in found
        )
        head = f"<Name>{self._name}</Name><KeyCount>{len(found)}</KeyCount><IsTruncated>false</IsTruncated>"
        place = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
        return Response(
            f"<ListBucketResult {place}>{head}{items}</ListBucketResult>", media_type="application/xml"
        )


def _check_sum(request: Request, body: bytes) -> None:
    said = request.headers.get("x-amz-checksum-crc32")
    if said and base64.b64encode(zlib.crc32(body).to_bytes(4)).decode() != said:
        raise RefusedError("BadDigest", "The CRC32 you specified did not match")


def _given_out(found: StoredObject, request: Request) -> Response:
    headers = {
        "content-type": "binary/octet-stream",
        **found.headers,
        "etag": found.etag,
        "last-modified": found.modified,
        "content-length": str(len(found.content)),
    }
    for name in _CHANGEABLE:
        if wanted := request.query_params.get(f"response-{name}"):
            headers[name] = wanted
    return Response(b"" if request.method == "HEAD" else found.content, headers=headers)


def build(surroundings: Surroundings, account: Account, bucket: str) -> Starlette:
    """The service over the folder's objects."""
    # The rule of the bucket in the cloud: pages of another address may send files with a form and fetch them.
    cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["POST", "GET"])
    return Starlette(
        routes=[health_route(), *Bucket(surroundings, account, bucket).routes()], middleware=[cors]
    )
