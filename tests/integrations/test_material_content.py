"""What is kept of a file, and which files are refused: by their content, whatever they are called."""

import tracemalloc
from io import BytesIO
from time import monotonic

import pytest
from PIL import Image
from pypdf import PdfWriter

from chalicelib.domain.material import CleanFile, ContentType, Flaw
from chalicelib.integrations.materials import ContentInspector
from tests.integrations.files import (
    a_jpeg,
    a_jpeg_of_a_phone,
    a_pdf,
    a_photo,
    a_png,
    a_png_bomb,
    action,
    an_animated_png,
    annotation,
    endless_pages,
    script_by_name,
    written,
)

JPEG, PNG, PDF = ContentType.JPEG, ContentType.PNG, ContentType.PDF


def verdict(content: bytes, content_type: ContentType) -> CleanFile | Flaw:
    return ContentInspector().inspect(content, content_type)


def kept(content: bytes, content_type: ContentType) -> bytes:
    clean = verdict(content, content_type)
    assert isinstance(clean, CleanFile), clean
    return clean.content


def kept_image(content: bytes, content_type: ContentType) -> Image.Image:
    image = Image.open(BytesIO(kept(content, content_type)))
    image.load()
    return image


def test_a_photo_is_turned_upright_and_says_no_more_where_it_was_taken() -> None:
    content = a_jpeg_of_a_phone()
    assert b"a phone of somebody" in content
    image = kept_image(content, JPEG)
    assert image.format == "JPEG"
    assert image.size == (40, 60)
    assert dict(image.getexif()) == {}
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
    # What was left is now above.
    red = image.getpixel((20, 5))
    assert isinstance(red, tuple)
    assert red[0] > 200 > red[2]
    assert b"a phone of somebody" not in kept(content, JPEG)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (a_jpeg(comment=b"<script>alert(1)</script>"), JPEG),
        (a_jpeg() + b"<html><script>alert(1)</script></html>", JPEG),
        (a_jpeg() + b"PK\x03\x04 <script>", JPEG),
        (a_png() + b"<html><script>alert(1)</script></html>", PNG),
    ],
    ids=["in a comment", "behind the end", "an archive behind the end", "behind a PNG"],
)
def test_a_page_that_hides_in_an_image_is_gone(content: bytes, content_type: ContentType) -> None:
    assert b"<script>" in content
    assert b"<script>" not in kept(content, content_type)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_png_of_any_kind_keeps_its_picture(mode: str) -> None:
    photo = Image.new("RGB", (30, 20), "white")
    photo.paste("black", (0, 0, 15, 20))
    image = kept_image(written(photo.convert(mode), "PNG"), PNG).convert("L")
    assert (image.getpixel((3, 3)), image.getpixel((27, 3))) == (0, 255)


def test_the_sixteen_bits_of_a_scanner_keep_their_greys() -> None:
    image = kept_image(written(Image.new("I;16", (8, 8), 0x8000), "PNG"), PNG)
    assert image.convert("L").getpixel((2, 2)) in (127, 128)


def test_the_colours_of_a_printer_become_those_of_a_screen() -> None:
    image = kept_image(written(a_photo().convert("CMYK"), "JPEG"), JPEG)
    assert image.mode == "RGB"


def test_a_very_large_scan_is_made_as_large_as_can_be_read() -> None:
    image = kept_image(written(Image.new("L", (6000, 3000), 255), "PNG"), PNG)
    assert image.size == (4096, 2048)


def test_the_second_picture_that_phones_put_behind_a_photo_is_left_out() -> None:
    two = written(a_photo(), "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])
    assert Image.open(BytesIO(two)).format == "MPO"
    assert kept_image(two, JPEG).format == "JPEG"


def test_a_png_bomb_is_refused_before_it_is_unpacked() -> None:
    tracemalloc.start()
    began_s = monotonic()
    assert verdict(a_png_bomb(), PNG) is Flaw.TOO_MANY_PIXELS
    assert verdict(a_png_bomb(8000, 6000), PNG) is Flaw.TOO_MANY_PIXELS
    assert monotonic() - began_s < 2
    _, most_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most_bytes < 10_000_000


def test_a_png_that_moves_is_refused() -> None:
    assert verdict(an_animated_png(), PNG) is Flaw.ANIMATED


@pytest.mark.parametrize(
    ("content", "claimed"),
    [
        (a_png(), JPEG),
        (a_jpeg(), PNG),
        (a_jpeg(), PDF),
        (written(a_photo(), "GIF"), PNG),
        (written(a_photo(), "WEBP"), JPEG),
        (b"MZ\x90\x00 a program", JPEG),
        (b"<html><script>alert(1)</script>%PDF-1.7", PDF),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", PNG),
        (b"", JPEG),
    ],
)
def test_a_wrong_type_under_a_right_name_is_refused(content: bytes, claimed: ContentType) -> None:
    assert verdict(content, claimed) is Flaw.TYPE_DIFFERS


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (a_jpeg()[:-200], JPEG),
        (a_png()[:-20], PNG),
        (b"\xff\xd8\xff", JPEG),
        (b"\xff\xd8\xff<script>alert(1)</script>", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (a_pdf()[:-30], PDF),
        (b"%PDF-1.7\n%%EOF", PDF),
        (b"%PDF-1.7\n" + b"[" * 100_000 + b"\n%%EOF", PDF),
        (a_pdf(pages=0), PDF),
        (a_pdf() + b"<html><script>alert(1)</script>" + b" " * 2000, PDF),
    ],
)
def test_what_is_cut_off_or_broken_is_refused(content: bytes, content_type: ContentType) -> None:
    assert verdict(content, content_type) is Flaw.UNREADABLE


def test_a_scan_as_pdf_is_kept_byte_for_byte_with_the_number_of_its_pages() -> None:
    content = a_pdf(pages=20)
    assert verdict(content, PDF) == CleanFile(content, pages=20)


def test_a_pdf_of_more_pages_is_refused_and_an_endless_one_at_once() -> None:
    began_s = monotonic()
    assert verdict(a_pdf(pages=21), PDF) is Flaw.TOO_MANY_PAGES
    assert verdict(a_pdf(change=endless_pages), PDF) is Flaw.TOO_MANY_PAGES
    assert monotonic() - began_s < 5


@pytest.mark.parametrize("password", ["", "secret"])
def test_an_encrypted_pdf_is_refused(password: str) -> None:
    content = a_pdf(
        change=lambda w: w.encrypt(user_password=password, owner_password="o", algorithm="RC4-128")
    )
    assert verdict(content, PDF) is Flaw.ENCRYPTED


def _attach(writer: PdfWriter) -> None:
    writer.add_attachment("virus.exe", b"MZ")


@pytest.mark.parametrize(
    "content",
    [
        a_pdf(change=script_by_name),
        a_pdf(change=lambda w: action(w, "/JavaScript", JS="app.alert(1)")),
        a_pdf(change=lambda w: action(w, "/Launch", F="cmd.exe")),
        a_pdf(change=lambda w: action(w, "/Launch", F="cmd.exe")).replace(b"/Launch", b"/L#61unch"),
        a_pdf(change=lambda w: action(w, "/GoToR", F="\\\\host\\share")),
        a_pdf(change=lambda w: action(w, "/SubmitForm", F="http://example.com")),
        a_pdf(change=_attach),
        a_pdf(change=lambda w: annotation(w, "/RichMedia")),
        a_pdf(change=lambda w: annotation(w, "/FileAttachment")),
    ],
    ids=["script", "at opening", "program", "escaped", "share", "form", "attachment", "film", "pinned file"],
)
def test_a_pdf_that_does_more_than_show_pages_is_refused(content: bytes) -> None:
    assert verdict(content, PDF) is Flaw.ACTIVE_CONTENT


def test_a_link_or_a_place_to_open_at_is_no_active_content() -> None:
    content = a_pdf(change=lambda w: action(w, "/URI", URI="https://www.chsi.com.cn"))
    assert verdict(content, PDF) == CleanFile(content)
    assert isinstance(verdict(a_pdf(change=lambda w: annotation(w, "/Link")), PDF), CleanFile)
