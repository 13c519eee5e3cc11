"""Files of registrations: where they lie (S3), what is wrong with one, and the place of a virus scanner."""

from chalicelib.integrations.materials.files import S3Files
from chalicelib.integrations.materials.inspector import ContentInspector
from chalicelib.integrations.materials.scanner import NoScanner

__all__ = ["ContentInspector", "NoScanner", "S3Files"]
