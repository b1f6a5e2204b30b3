"""What is copied from npm's packages names no file that we do not ship."""

import pytest

from tools import assets

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    "comment", ["//# sourceMappingURL=a.min.js.map", "/*# sourceMappingURL=a.min.css.map */"]
)
def test_address_of_a_source_map_is_removed(comment):
    assert assets.without_source_map(f"a();\n{comment}") == "a();\n"


def test_icon_list_is_read_without_comments_and_repetition():
    assert assets.icon_names("# icons\nclock\n\ncalendar # a month\nclock\n") == [
        "calendar",
        "clock",
    ]


def test_sprite_holds_a_symbol_for_each_icon():
    drawn = assets.sprite(["calendar", "x"])

    assert '<symbol id="icon-calendar" viewBox="0 0 24 24"' in drawn
    assert drawn.count("<symbol ") == 2


def test_unknown_icon_is_refused():
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        assets.sprite(["no-such-icon"])
