"""Pictures: whatever is uploaded becomes a small WebP without hidden data."""

import io
import secrets
import struct
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
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
    """Takes a JPEG, PNG or WebP and gives a new WebP file under a random name.

    What is transparent stays so. ``longest_side`` is in pixels.
    """

    widget = UnfoldAdminImageFieldWidget
    default_error_messages = {
        "too_heavy": _("A picture may have 5 MB at most."),
        "too_many_pixels": _("A picture may have 40 megapixels at most."),
        "no_picture": _("This is no JPEG, PNG or WebP picture, or it is damaged."),
    }

    def __init__(self, *, longest_side: int = LONGEST_SIDE, **kwargs):
        self.longest_side = longest_side
        super().__init__(**kwargs)

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
            return _packed(_small(picture, self.longest_side))

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)


class PicturesMixin:
    """For an admin page of what has pictures: takes them, and deletes the file of one let go."""

    formfield_overrides = {models.ImageField: {"form_class": PictureField}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.ImageField):
            field.help_text = _("JPEG, PNG or WebP, 5 MB at most. It is kept without hidden data.")
        return field

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        for name in self._pictures():
            former = form.initial.get(name)
            if former and name in form.changed_data:
                delete_after_commit(former.name)

    def delete_model(self, request, obj):
        stored = self._stored(obj)
        super().delete_model(request, obj)
        for name in stored:
            delete_after_commit(name)

    def delete_queryset(self, request, queryset):
        stored = [name for obj in queryset for name in self._stored(obj)]
        super().delete_queryset(request, queryset)
        for name in stored:
            delete_after_commit(name)

    def _pictures(self) -> list[str]:
        """The fields that hold one."""
        fields = self.model._meta.concrete_fields
        return [field.name for field in fields if isinstance(field, models.ImageField)]

    def _stored(self, obj: models.Model) -> list[str]:
        """The files an object has."""
        files = [getattr(obj, name) for name in self._pictures()]
        return [file.name for file in files if file]


def _small(picture: Image.Image, longest_side: int) -> Image.Image:
    """A copy within the longest side, upright."""
    sides = (longest_side, longest_side)
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
