"""Judges a file by its content. What is looked at in images and in PDFs is in modules of their own."""

from chalicelib.domain.material import CleanFile, ContentType, Flaw

_BEGINNINGS = {
    ContentType.JPEG: b"\xff\xd8\xff",
    ContentType.PNG: b"\x89PNG\r\n\x1a\n",
    ContentType.PDF: b"%PDF-",
}


class ContentInspector:
    """`MaterialInspector` over Pillow and pypdf, both imported at the first file and not before."""

    def inspect(self, content: bytes, content_type: ContentType) -> CleanFile | Flaw:
        """What may be kept, or what is wrong."""
        if not content.startswith(_BEGINNINGS[content_type]):
            return Flaw.TYPE_DIFFERS
        if content_type is ContentType.PDF:
            from chalicelib.integrations.materials.pdfs import inspect_pdf

            return inspect_pdf(content)
        from chalicelib.integrations.materials.images import inspect_image

        return inspect_image(content, content_type)
