"""Where files lie: `incoming/` as browsers sent them, for a day; `materials/` as reviewers see them."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from chalicelib.domain.material import (
    EXTENSIONS,
    LARGEST_BYTES,
    LINK_LIFETIME,
    UPLOAD_LIFETIME,
    CleanFile,
    ContentType,
    Material,
    MaterialKind,
)
from chalicelib.integrations.s3 import ENCRYPTION, Bucket, asked
from chalicelib.usecases.ports import (
    MaterialPlace,
    UploadedFile,
    UploadForm,
    UploadOffer,
    place_of,
)

_KIND = "x-amz-meta-kind"
_FILE_NAME = "x-amz-meta-file-name"
_NOBODY_THERE = {"NoSuchKey", "404"}


class S3Files:
    """`MaterialFiles`."""

    def __init__(self, bucket: str) -> None:
        self._bucket = Bucket(bucket)

    def upload_form(self, place: MaterialPlace, offer: UploadOffer, *, now: datetime) -> UploadForm:
        """A form that takes this one file, of this type and bounded in size, for ten minutes."""
        fields = {
            "Content-Type": offer.content_type.value,
            "x-amz-server-side-encryption": ENCRYPTION,
            _KIND: offer.kind.value,
        }
        if offer.file_name:
            fields[_FILE_NAME] = quote(offer.file_name)  # headers carry ASCII
        conditions: list[Any] = [{name: value} for name, value in fields.items()]
        made = self._bucket.client.generate_presigned_post(
            self._bucket.name,
            _incoming(place),
            Fields=fields,
            Conditions=[*conditions, ["content-length-range", 1, LARGEST_BYTES]],
            ExpiresIn=int(UPLOAD_LIFETIME.total_seconds()),
        )
        return UploadForm(made["url"], made["fields"], now + UPLOAD_LIFETIME)

    def uploaded(self, place: MaterialPlace) -> UploadedFile | None:
        """What was uploaded, with what its form said of it, or None."""
        return asked(lambda: self._uploaded(place))

    def _uploaded(self, place: MaterialPlace) -> UploadedFile | None:
        from botocore.exceptions import ClientError

        try:
            answer = self._bucket.client.get_object(Bucket=self._bucket.name, Key=_incoming(place))
        except ClientError as error:
            if error.response["Error"]["Code"] in _NOBODY_THERE:
                return None
            raise
        said, size_bytes = answer["Metadata"], int(answer["ContentLength"])
        offer = UploadOffer(
            kind=MaterialKind(said["kind"]),
            content_type=ContentType(answer["ContentType"]),
            file_name=unquote(said["file-name"]) if "file-name" in said else None,
        )
        with answer["Body"] as body:
            # The form's policy bounds it; whoever forgets that there must not make us read a gigabyte.
            content = body.read() if size_bytes <= LARGEST_BYTES else None
        return UploadedFile(offer, size_bytes, content)

    def keep(self, place: MaterialPlace, file: CleanFile, content_type: ContentType) -> None:
        """Store what a reviewer will see."""
        request = {
            "Bucket": self._bucket.name,
            "Key": _kept(place),
            "Body": file.content,
            "ContentType": content_type.value,
            "ContentDisposition": "attachment",
            "ServerSideEncryption": ENCRYPTION,
        }
        asked(lambda: self._bucket.client.put_object(**request))

    def discard_upload(self, place: MaterialPlace) -> None:
        """Remove the file as it came."""
        asked(lambda: self._bucket.client.delete_object(Bucket=self._bucket.name, Key=_incoming(place)))

    def forget(self, place: MaterialPlace) -> None:
        """Remove what was kept."""
        asked(lambda: self._bucket.client.delete_object(Bucket=self._bucket.name, Key=_kept(place)))

    def link(self, material: Material) -> str:
        """An address that gives what was kept for five minutes, to be saved and not shown in place."""
        name = f"{material.kind.value}-{material.id}.{EXTENSIONS[material.content_type]}"
        # Type and disposition are signed with the address: nobody can make a page of it.
        shown = {
            "Bucket": self._bucket.name,
            "Key": _kept(place_of(material)),
            "ResponseContentType": material.content_type.value,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
            "ResponseCacheControl": "private, no-store",
        }
        lifetime_s = int(LINK_LIFETIME.total_seconds())
        address: str = self._bucket.client.generate_presigned_url(
            "get_object", Params=shown, ExpiresIn=lifetime_s
        )
        return address


def _incoming(place: MaterialPlace) -> str:
    return f"incoming/{place.account_id}/{place.registration_id}/{place.material_id}"


def _kept(place: MaterialPlace) -> str:
    return f"materials/{place.authority_id}/{place.registration_id}/{place.material_id}"
