"""Photos and scans as images: decoded whole and written anew from their pixels.

So nothing lives on that is not a pixel: no place and time of the photo, no thumbnail, no page of HTML that
hides in a comment or behind the end.
"""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from chalicelib.domain.material import MOST_PIXELS, CleanFile, ContentType, Flaw

_FORMATS = {ContentType.JPEG: "JPEG", ContentType.PNG: "PNG"}
_LONGEST_SIDE = 4096
"""A page of A4 at 350 dots to the inch: all that a reviewer can read, in a file that opens at once."""
_KEPT_MODES = {ContentType.JPEG: ("L", "RGB"), ContentType.PNG: ("L", "LA", "RGB", "RGBA")}


def inspect_image(content: bytes, content_type: ContentType) -> CleanFile | Flaw:
    """The image anew, the right way up and without metadata; or what is wrong with it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is lower
            return _inspected(content, content_type)
    except Image.DecompressionBombError:
        return Flaw.TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001  # whatever a decoder dies of, the file cannot be read
        return Flaw.UNREADABLE


def _inspected(content: bytes, content_type: ContentType) -> CleanFile | Flaw:
    formats = [_FORMATS[content_type]]
    with Image.open(BytesIO(content), formats=formats) as header:
        # Said by the header, before a pixel is decoded.
        if header.width * header.height > MOST_PIXELS:
            return Flaw.TOO_MANY_PIXELS
        # Phones put a second, smaller picture behind a JPEG; a PNG with frames moves.
        if content_type is ContentType.PNG and getattr(header, "n_frames", 1) > 1:
            return Flaw.ANIMATED
        header.verify()
    with Image.open(BytesIO(content), formats=formats) as image:
        image.load()
        return CleanFile(_written_anew(image, content_type))


def _written_anew(image: Image.Image, content_type: ContentType) -> bytes:
    plain = _plain(image, content_type)
    # Made smaller before it is turned: both at once in full size would not fit beside each other.
    plain.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(plain)
    upright.info = {}
    written = BytesIO()
    if content_type is ContentType.JPEG:
        upright.save(written, "JPEG", quality=88, optimize=True)
    else:
        upright.save(written, "PNG")
    return written.getvalue()


def _plain(image: Image.Image, content_type: ContentType) -> Image.Image:
    """The image in a mode that is kept: without a palette, and with eight bits for a colour."""
    if image.mode.startswith("I"):
        # A plain conversion takes the sixteen bits of a scanner for white.
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in _KEPT_MODES[content_type]:
        return image
    is_clear_somewhere = content_type is ContentType.PNG and "transparency" in image.info
    return image.convert("RGBA" if is_clear_somewhere else "RGB")
