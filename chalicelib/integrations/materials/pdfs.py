"""Scans as PDF: refused when they are more than pages, and otherwise kept byte for byte.

Not written anew: a report of the national records is signed, and a reviewer may want to check the signature.
"""

from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from chalicelib.domain.material import MOST_PAGES, CleanFile, Flaw

_ACTIVE_KEYS = frozenset(
    [
        "/JS",
        "/JavaScript",
        "/AA",
        "/EmbeddedFile",
        "/EmbeddedFiles",
        "/EF",
        "/AF",
        "/RichMediaContent",
        "/XFA",
    ]
)
"""Scripts, actions that start by themselves, files inside the file, forms with a program of their own."""
_ACTIVE_KINDS = frozenset(
    ["/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition"]
)
_ACTIVE_ANNOTATIONS = frozenset(["/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"])
_ACTIVE_WORDS = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
"""Nor may these stand anywhere: another reader may mend a broken file in another way than ours does."""
_MOST_OBJECTS = 20_000
"""Twenty scanned pages have a few hundred; a file that has more is built to keep a reader busy."""
_END_WITHIN = 1024
"""How near the end of the file its mark `%%EOF` must be: behind it, something else could begin."""


class _TooManyPagesError(Exception):
    """More pages than are read."""


def inspect_pdf(content: bytes) -> CleanFile | Flaw:
    """The file as it came, or what is wrong with it."""
    if b"%%EOF" not in content[-_END_WITHIN:]:
        return Flaw.UNREADABLE
    try:
        return _inspected(content)
    except _TooManyPagesError:
        return Flaw.TOO_MANY_PAGES
    except Exception:  # noqa: BLE001  # whatever a parser dies of, the file cannot be read
        return Flaw.UNREADABLE


def _inspected(content: bytes) -> CleanFile | Flaw:
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        return Flaw.ENCRYPTED
    pages = _count_pages(reader)
    if pages == 0:
        return Flaw.UNREADABLE
    if any(word in content for word in _ACTIVE_WORDS) or any(
        _is_active(each) for each in _reachable(reader.trailer)
    ):
        return Flaw.ACTIVE_CONTENT
    return CleanFile(content, pages)


def _count_pages(reader: PdfReader) -> int:
    # By hand and bounded: a tree of a few nodes that name one another can stand for a million pages.
    waiting: list[PdfObject | None] = [reader.root_object.raw_get("/Pages")]
    pages = looked_at = 0
    while waiting:
        node = _resolved(waiting.pop())
        looked_at += 1
        if not isinstance(node, DictionaryObject):
            continue
        kids = _resolved(node.get("/Kids"))
        if isinstance(kids, ArrayObject):
            waiting.extend(kids)
        else:
            pages += 1
        if pages > MOST_PAGES or looked_at > _MOST_OBJECTS or len(waiting) > _MOST_OBJECTS:
            raise _TooManyPagesError
    return pages


def _reachable(start: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached, however deep; raises where there are too many objects."""
    waiting: list[PdfObject] = [start]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            place = (one.idnum, one.generation)
            if place in seen:
                continue
            seen.add(place)
        looked_at += 1
        if looked_at > _MOST_OBJECTS * 10:
            raise ValueError("too many objects")
        inside = _resolved(one)
        if isinstance(inside, DictionaryObject):
            yield inside
            waiting.extend(inside.values())
        elif isinstance(inside, ArrayObject):
            waiting.extend(inside)


def _resolved(value: PdfObject | None) -> PdfObject | None:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _is_active(found: DictionaryObject) -> bool:
    if not _ACTIVE_KEYS.isdisjoint(found):
        return True
    return (
        str(_resolved(found.get("/S"))) in _ACTIVE_KINDS
        or str(_resolved(found.get("/Subtype"))) in _ACTIVE_ANNOTATIONS
    )
