"""Pictures of services: whatever is uploaded becomes a small WebP without hidden data."""

import io
import secrets
import struct
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps
from unfold.widgets import UnfoldAdminImageFieldWidget

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LONGEST_SIDE = 1600  # pixels

# What Pillow raises over a file that is cut short, mangled or no picture at all.
BROKEN = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
TOO_MANY_PIXELS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class PictureField(forms.FileField):
    """Takes a JPEG, PNG or WebP and gives a new WebP file under a random name."""

    widget = UnfoldAdminImageFieldWidget
    default_error_messages = {
        "too_heavy": _("A picture may have 5 MB at most."),
        "too_many_pixels": _("A picture may have 40 megapixels at most."),
        "no_picture": _("This is no JPEG, PNG or WebP picture, or it is damaged."),
    }

    def widget_attrs(self, widget):
        return {**super().widget_attrs(widget), "accept": "image/*"}

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        if upload.size > LARGEST_BYTES:
            raise self._refusal("too_heavy")
        try:
            return ContentFile(self._as_webp(upload), name=f"{secrets.token_hex(16)}.webp")
        except TOO_MANY_PIXELS:
            raise self._refusal("too_many_pixels") from None
        except BROKEN:
            raise self._refusal("no_picture") from None

    def _as_webp(self, upload: UploadedFile) -> bytes:
        with Image.open(upload, formats=FORMATS) as picture:
            # The size stands in the head of the file: nothing is unpacked before this.
            if picture.width * picture.height > LARGEST_PIXELS:
                raise Image.DecompressionBombError
            return _packed(_small(picture))

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


def _small(picture: Image.Image) -> Image.Image:
    """A copy within the longest side, upright."""
    sides = (LONGEST_SIDE, LONGEST_SIDE)
    picture.draft("RGB", sides)  # a large JPEG is unpacked at a fraction of its size
    small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail(sides)
    return ImageOps.exif_transpose(small)


def _packed(picture: Image.Image) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, "WEBP", quality=82, exif=b"", icc_profile=b"", xmp=b"")
    return packed.getvalue()


def delete_after_commit(name: str) -> None:
    """Delete a stored picture once the change that let it go is committed."""
    transaction.on_commit(partial(default_storage.delete, name), robust=True)
