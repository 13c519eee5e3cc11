"""Files as people and attackers make them. No tests here."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

ORIENTATION = 0x0112
MAKER = 0x010F
GPS = 0x8825


def a_photo(width: int = 60, height: int = 40) -> Image.Image:
    """Red on the left and blue on the right, so that a turn can be seen."""
    photo = Image.new("RGB", (width, height), "blue")
    photo.paste("red", (0, 0, width // 2, height))
    return photo


def written(image: Image.Image, image_format: str, **how: object) -> bytes:
    """An image as a file."""
    file = BytesIO()
    image.save(file, image_format, **how)
    return file.getvalue()


def a_jpeg(**how: object) -> bytes:
    """A photo as JPEG."""
    return written(a_photo(), "JPEG", **how)


def a_png(**how: object) -> bytes:
    """A photo as PNG."""
    return written(a_photo(), "PNG", **how)


def a_jpeg_of_a_phone() -> bytes:
    """Held upright: turned by a note in the metadata, which also says what took it, and where."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "a phone of somebody"
    exif.get_ifd(GPS)[2] = (41.0, 48.0, 30.0)
    return a_jpeg(exif=exif, comment=b"<script>alert(1)</script>")


def a_png_bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of a few kilobytes whose pixels would fill the memory."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def an_animated_png() -> bytes:
    """Three frames."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("green", "white")]
    return written(Image.new("RGB", (20, 20), "red"), "PNG", save_all=True, append_images=frames)


def a_pdf(pages: int = 1, change: Callable[[PdfWriter], object] = lambda _: None) -> bytes:
    """Empty pages, changed before they are written."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    change(writer)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def action(writer: PdfWriter, kind: str, **more: str) -> None:
    """Let the document do something when it is opened."""
    found = _named(S=kind)
    found |= {NameObject(f"/{name}"): TextStringObject(text) for name, text in more.items()}
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(found)


def script_by_name(writer: PdfWriter) -> None:
    """Let the document bring a script along that runs when it is opened."""
    script = _named(S="/JavaScript")
    script[NameObject("/JS")] = TextStringObject("app.alert(1)")
    listed = ArrayObject([TextStringObject("a"), writer._add_object(script)])
    names = DictionaryObject({NameObject("/Names"): listed})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def annotation(writer: PdfWriter, kind: str) -> None:
    """Hang an annotation on the first page."""
    found = _named(Type="/Annot", Subtype=kind)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(found)])


def endless_pages(writer: PdfWriter) -> None:
    """A tree in which each node names the next one ten times: ten nodes, and ten thousand million pages."""
    node = writer._add_object(_named(Type="/Page"))
    for _ in range(10):
        branch = _named(Type="/Pages")
        branch[NameObject("/Count")] = NumberObject(1)
        branch[NameObject("/Kids")] = ArrayObject([node] * 10)
        node = writer._add_object(branch)
    writer.root_object[NameObject("/Pages")] = node


def _named(**names: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(name) for key, name in names.items()})
