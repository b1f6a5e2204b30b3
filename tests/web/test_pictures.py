"""Pictures: what is taken, what is kept of it, and how it is served."""

import io

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from booking.models import Company, Service
from tests import factories
from tests.web.desk.pages import company_form, provider_form, service_form


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lesson(db):
    factories.company()
    return factories.service()


@pytest.fixture
def owner(client, lesson):
    client.force_login(factories.staff(is_superuser=True), backend="booking.backends.StaffBackend")
    return client


def picture(kind: str = "JPEG", size=(60, 40), mode: str = "RGB", **saved) -> bytes:
    packed = io.BytesIO()
    Image.new(mode, size).save(packed, kind, **saved)
    return packed.getvalue()


def upload(owner, service: Service, content: bytes, name: str = "photo.jpg", **fields):
    file = SimpleUploadedFile(name, content)
    form = service_form(service, picture=file, **fields)
    return owner.post(f"/admin/booking/service/{service.pk}/change/", form)


def errors_of(page) -> dict[str, list[str]]:
    return dict(page.context["adminform"].form.errors)


def stored(media) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"),
     ("PNG", "I;16"), ("PNG", "1"), ("WEBP", "RGBA")],
)  # fmt: skip
def test_picture_becomes_a_webp_under_a_random_name(owner, lesson, media, kind, mode):
    assert upload(owner, lesson, picture(kind, mode=mode)).status_code == 302

    lesson.refresh_from_db()
    assert lesson.picture.name.startswith("services/")
    assert "photo" not in lesson.picture.name
    with Image.open(media / lesson.picture.name) as kept:
        assert (kept.format, kept.size) == ("WEBP", (60, 40))


def test_picture_loses_what_the_camera_wrote_and_stands_upright(owner, lesson, media):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "Maker of cameras"

    upload(owner, lesson, picture(size=(60, 40), exif=exif))

    lesson.refresh_from_db()
    with Image.open(media / lesson.picture.name) as kept:
        assert kept.size == (40, 60)
        assert not kept.getexif()
    assert b"Maker" not in (media / lesson.picture.name).read_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_large_picture_is_made_smaller(owner, lesson, media, kind):
    upload(owner, lesson, picture(kind, size=(4000, 1000)))

    lesson.refresh_from_db()
    with Image.open(media / lesson.picture.name) as kept:
        assert kept.size == (1600, 400)


NO_PICTURE = "This is no JPEG, PNG or WebP picture, or it is damaged."


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", NO_PICTURE),
        (picture("GIF"), NO_PICTURE),
        (picture("JPEG")[:200], NO_PICTURE),
        (picture("PNG")[:60], NO_PICTURE),
        (b"", "The submitted file is empty."),
        (picture("PNG", size=(8000, 5001), mode="1"), "A picture may have 40 megapixels at most."),
        (picture("PNG", size=(20000, 9000), mode="1"), "A picture may have 40 megapixels at most."),
        (picture() + b"\0" * 5 * 1024 * 1024, "A picture may have 5 MB at most."),
    ],
    ids=["svg", "gif", "cut jpeg", "cut png", "empty", "pixels", "bomb", "bytes"],
)
def test_wrong_file_is_refused_at_the_picture(owner, lesson, media, content, error):
    page = upload(owner, lesson, content)

    assert errors_of(page) == {"picture": [error]}
    assert stored(media) == []


def test_picture_of_forty_megapixels_is_taken(owner, lesson):
    page = upload(owner, lesson, picture("PNG", size=(8000, 5000), mode="1"))

    assert page.status_code == 302


def test_replaced_picture_is_deleted_after_the_commit(
    owner, lesson, media, django_capture_on_commit_callbacks
):
    upload(owner, lesson, picture())
    lesson.refresh_from_db()
    first = lesson.picture.name

    with django_capture_on_commit_callbacks(execute=False) as after_commit:
        upload(owner, lesson, picture())
    assert default_storage.exists(first)
    for callback in after_commit:
        callback()

    lesson.refresh_from_db()
    assert lesson.picture.name != first
    assert stored(media) == [lesson.picture.name.removeprefix("services/")]


@pytest.mark.parametrize("page", ["clear", "delete", "bulk"])
def test_picture_goes_with_its_service_or_when_cleared(
    owner, lesson, media, django_capture_on_commit_callbacks, page
):
    upload(owner, lesson, picture())
    lesson.refresh_from_db()
    bulk = {"action": "delete_selected", "_selected_action": [lesson.pk], "post": "yes"}
    address, form = {
        "clear": (
            f"/admin/booking/service/{lesson.pk}/change/",
            service_form(lesson, **{"picture-clear": "on"}),
        ),
        "delete": (f"/admin/booking/service/{lesson.pk}/delete/", {"post": "yes"}),
        "bulk": ("/admin/booking/service/", bulk),
    }[page]

    with django_capture_on_commit_callbacks(execute=True):
        owner.post(address, form)

    assert stored(media) == []


def test_picture_stays_when_something_else_changes_or_is_refused(owner, lesson, media):
    upload(owner, lesson, picture())
    lesson.refresh_from_db()
    kept = lesson.picture.name

    owner.post(f"/admin/booking/service/{lesson.pk}/change/", service_form(lesson))
    upload(owner, lesson, b"no picture")

    lesson.refresh_from_db()
    assert lesson.picture.name == kept
    assert stored(media) == [kept.removeprefix("services/")]


@pytest.mark.parametrize(("which", "longest"), [("provider", 1600), ("logo", 640)])
def test_provider_and_company_have_pictures_too(
    owner, lesson, media, django_capture_on_commit_callbacks, which, longest
):
    """Taken, replaced, refused and cleared as a service's; what is transparent stays so."""
    row, name, folder, address, form = {
        "provider": (
            (ada := lesson.providers.get()),
            "picture",
            "providers",
            f"/admin/booking/provider/{ada.pk}/change/",
            provider_form(ada),
        ),
        "logo": (
            Company.objects.get(),
            "logo",
            "company",
            "/admin/booking/company/1/change/",
            company_form(),
        ),
    }[which]

    def send(**fields):
        with django_capture_on_commit_callbacks(execute=True):
            answer = owner.post(address, {**form, **fields})
        row.refresh_from_db()
        return answer

    content = picture("PNG", size=(2000, 500), mode="RGBA")
    send(**{name: SimpleUploadedFile("p.png", content)})
    first = getattr(row, name).name
    send(**{name: SimpleUploadedFile("p.png", content)})
    second = getattr(row, name).name
    refused = send(**{name: SimpleUploadedFile("p.svg", b"<svg/>")})

    assert first != second
    assert second.startswith(f"{folder}/")
    assert stored(media) == [second.removeprefix(f"{folder}/")]
    assert errors_of(refused) == {name: [NO_PICTURE]}
    with Image.open(media / second) as kept:
        assert (kept.format, kept.mode, kept.size) == ("WEBP", "RGBA", (longest, longest // 4))
    send(**{f"{name}-clear": "on"})
    assert stored(media) == []


def test_picture_of_a_deleted_provider_is_deleted(
    owner, lesson, media, django_capture_on_commit_callbacks
):
    eve = factories.provider("Eve")
    file = SimpleUploadedFile("p.png", picture("PNG"))
    owner.post(f"/admin/booking/provider/{eve.pk}/change/", provider_form(eve, picture=file))
    assert len(stored(media)) == 1

    with django_capture_on_commit_callbacks(execute=True):
        owner.post(f"/admin/booking/provider/{eve.pk}/delete/", {"post": "yes"})

    assert stored(media) == []


# --- Serving -----------------------------------------------------------------


NAME = "0123456789abcdef" * 2


@pytest.fixture(params=["services", "providers", "company"])
def folder(request) -> str:
    return request.param


@pytest.fixture
def address(media, folder) -> str:
    default_storage.save(f"{folder}/{NAME}.webp", ContentFile(picture("WEBP")))
    return reverse("picture", args=[folder, NAME])


def test_picture_is_served_to_everybody_for_good(address, client):
    answer = client.get(address)

    assert b"".join(answer.streaming_content) == picture("WEBP")
    assert answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("POST", 405), ("PUT", 405)])
def test_picture_is_only_read(db, address, client, method, status):
    answer = client.generic(method, address)
    answer.close()  # as a server does; nobody reads the file of a HEAD

    assert answer.status_code == status


def test_address_of_a_picture_is_what_pages_show(address, folder, lesson):
    lesson.picture = f"{folder}/{NAME}.webp"

    assert lesson.picture.url == address


@pytest.mark.parametrize(
    "path",
    [
        "/media/",
        "/media/services/",
        f"/media/services/{NAME}",
        f"/media/services/{NAME}.png",
        f"/media/services/{NAME}.webp%0a",
        f"/media/{NAME}.webp",
        "/media/services/../zustrich.sqlite3",
        "/media/services/..%2f..%2fsecrets/secret_key",
        "/media/services/%2e%2e/zustrich.sqlite3",
        f"/media/services/{'f' * 32}.webp",
        f"/media/exports/{NAME}.webp",
    ],
)
@pytest.mark.parametrize("folder", ["services"], indirect=True)
@pytest.mark.usefixtures("address", "lesson")
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code == 404
