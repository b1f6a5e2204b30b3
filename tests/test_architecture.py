"""Data flows booking -> zoomlink -> {notifications, webhooks}, faces on top; imports point back.

Inside an app a module may import only what stands on a lower rung of its LADDER. A
package counts as the module it replaced: ``booking/models/people.py`` is "models".
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "booking": {"booking"},
    "zoomlink": {"zoomlink", "booking"},
    "notifications": {"notifications", "zoomlink", "booking"},
    "webhooks": {"webhooks", "zoomlink", "booking"},
    "web": {"web", "notifications", "webhooks", "zoomlink", "booking"},
    "config": {"config", "web", "notifications", "webhooks", "zoomlink", "booking"},
}
OURS = {*MAY_IMPORT, "tests", "tools"}

# Rung by rung, the lowest first.
LADDER = [
    # Pure: no Django, so that they can be read and tried alone.
    {
        "ranges",
        "slots",
        "series",
        "memory",
        "instants",
        "zones",
        "quiet",
        "client",
        "signature",
        "signing",
        "addresses",
        "pauses",
        "payloads",
        "wanted",
        "formats",
        "segments",
        "calendar_files",
        "calendar_zones",
    },
    # What models are made of: checks of values, encrypted columns, closed lists of words.
    {"validators", "encryption", "kinds", "links", "errors", "guards", "scopes"},
    # The shipped texts are written in the words of `kinds`.
    {"models", "defaults"},
    # What reads rows and decides nothing: switches, who is told, how a request is rung in.
    {"features", "recipients", "wakeups", "backends", "clocks"},
    {"events", "availability", "oauth", "render"},
    # Variables are rendered by `render`, as text or as HTML; channels carry what it made.
    {"variables", "channels", "explanations", "markup"},
    # What stands in calendars is told by what variables know.
    {"calendar_entries"},
    {"actions"},
    {"tasks"},
    {"forms", "handlers"},
    {"views", "admin", "templatetags", "checks", "middleware"},
    {"urls", "apps", "management"},
]
RUNG = {name: rung for rung, names in enumerate(LADDER) for name in names}
PURE = LADDER[0]
# A program of its own inside the folder; the command merely starts it.
SIMULATOR = ROOT / "zoomlink" / "simulator"
MAY_START_SIMULATOR = ROOT / "zoomlink" / "management" / "commands" / "zoom_simulator.py"

# The two faces know the same lower apps but not one another; what they share stands beside them.
FACES = {"site", "desk", "api"}


def place_of(path: Path) -> tuple[str, str]:
    """Return (app, module) of a file, such as ("booking", "models")."""
    app, inside, *_rest = path.relative_to(ROOT).parts
    return app, inside.removesuffix(".py")


def python_files(*apps: str) -> list[Path]:
    files = (path for app in apps for path in (ROOT / app).rglob("*.py"))
    return sorted(path for path in files if "migrations" not in path.parts)


def imports_of(path: Path) -> Iterator[str]:
    """Yield the dotted name of every import, at any depth of the file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: absolute imports only"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def each(paths: list[Path]):
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


PRODUCT = [path for path in python_files(*MAY_IMPORT) if SIMULATOR not in path.parents]
IN_ROOMS = [
    path
    for path in PRODUCT
    if place_of(path)[0] in {"booking", "zoomlink", "notifications", "webhooks"}
    and place_of(path)[1] != "__init__"
]


# --- Imports -----------------------------------------------------------------


@each(PRODUCT)
def test_app_knows_only_the_apps_below_it(path):
    app, _module = place_of(path)

    known = {name.partition(".")[0] for name in imports_of(path)} & OURS

    assert known <= MAY_IMPORT[app]


@each(IN_ROOMS)
def test_module_imports_only_what_stands_below_it(path):
    app, module = place_of(path)
    assert module in RUNG, f"give {module} a place on LADDER, with a reason"
    for name in imports_of(path):
        other_app, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if other_app != app or other == module or other not in RUNG:
            continue
        assert RUNG[other] < RUNG[module] or {other, module} <= PURE, name


@each([path for path in IN_ROOMS if place_of(path)[1] in PURE])
def test_pure_module_imports_no_django(path):
    assert not [name for name in imports_of(path) if name.partition(".")[0] == "django"]


@each(python_files(*MAY_IMPORT, "tools"))
def test_nothing_is_imported_inside_a_function(path):
    functions = [
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]

    inside = [
        inner.lineno
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


@each(python_files("zoomlink/simulator"))
def test_simulator_imports_nothing_of_ours(path):
    ours = [name for name in imports_of(path) if name.partition(".")[0] in OURS]

    assert [name for name in ours if not name.startswith("zoomlink.simulator")] == []


@each([path for path in PRODUCT if path != MAY_START_SIMULATOR])
def test_nothing_imports_the_simulator(path):
    assert not [name for name in imports_of(path) if name.startswith("zoomlink.simulator")]


@each([path for path in python_files("web") if place_of(path)[1] in FACES])
def test_faces_do_not_know_one_another(path):
    _app, face = place_of(path)
    others = FACES - {face}

    known = {name.split(".")[1] for name in imports_of(path) if name.startswith("web.")}

    assert not known & others


@each([path for path in python_files("web") if place_of(path)[1] not in FACES])
def test_what_faces_share_knows_no_face(path):
    known = {name.split(".")[1] for name in imports_of(path) if name.startswith("web.")}

    assert not known & FACES


# --- Who writes --------------------------------------------------------------

WRITES = {
    "acreate", "aget_or_create", "asave", "aupdate", "bulk_create", "bulk_update", "create",
    "delete", "get_or_create", "save", "update", "update_or_create",
}  # fmt: skip
# Each guarded model, with the modules that alone may write it.
WRITERS = {
    "Session": ("booking.actions",),
    "Booking": ("booking.actions",),
    "Event": ("booking.events", "booking.actions.scratch"),
    "Meeting": ("zoomlink.actions",),
    "ZoomConnection": ("zoomlink.actions", "zoomlink.oauth"),
    "Message": ("notifications.actions", "notifications.handlers"),
    "Endpoint": ("webhooks.actions",),
    "FlexibleRule": ("notifications.actions.flexible",),
    "FlexibleText": ("notifications.actions.flexible",),
}
# How rows of a guarded model are reached from another one.
RELATED = {
    "bookings": "Booking",
    "events": "Event",
    "flexible_rules": "FlexibleRule",
    "meeting": "Meeting",
    "messages": "Message",
    "sessions": "Session",
    "texts": "FlexibleText",
}
# Rows that anybody may write, also when reached from a guarded one.
OTHER_ROWS = {"actor", "client", "label", "provider", "service"}
# What is called by the name of a model, and is none.
NOT_ROWS = {"request.session"}


def writes_in(path: Path) -> Iterator[tuple[str, int]]:
    """Yield (model, line) for every write of a guarded model that the text gives away.

    Seen are writes through a manager, a relation, a name bound to either or annotated
    as one, and a name that is the model's own in lower case. No proof, but what
    somebody would write without thinking of the rule.
    """
    tree = tree_of(path)
    names = _names_of_rows(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            model = _model_of(node.func.value, names)
            if node.func.attr in WRITES and model:
                yield model, node.lineno


def _names_of_rows(tree: ast.Module) -> dict[str, str]:
    names = {model.lower(): model for model in WRITERS}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            target = node.arg if isinstance(node, ast.arg) else ast.unparse(node.target)
            for model in WRITERS:
                if _mentions(node.annotation, model):
                    names[target] = model
        elif isinstance(node, ast.Assign) and (model := _model_of(node.value, names)):
            names.update({ast.unparse(target): model for target in node.targets})
    return names


def _mentions(annotation: ast.AST, word: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == word for node in ast.walk(annotation))


def _model_of(node: ast.AST | None, names: dict[str, str]) -> str | None:
    """Follow ``Booking.objects.filter(…).first`` down to the model it starts from."""
    while isinstance(node, ast.AST) and ast.unparse(node) not in NOT_ROWS:
        word = getattr(node, "id", None) or getattr(node, "attr", "")
        if word in OTHER_ROWS:
            return None
        if model := word if word in WRITERS else RELATED.get(word) or names.get(word):
            return model
        node = getattr(node, "func", None) or getattr(node, "value", None)
    return None


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def may_write(path: Path, model: str) -> bool:
    return any(
        name_of(path) == writer or name_of(path).startswith(f"{writer}.")
        for writer in WRITERS[model]
    )


@each(PRODUCT)
def test_guarded_rows_are_written_only_by_their_actions(path):
    foreign = [(model, line) for model, line in writes_in(path) if not may_write(path, model)]

    assert foreign == []


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Booking.objects.filter(pk=1).update(state='x')", ["Booking"]),
        ("Session.objects.create()", ["Session"]),
        ("Session(pk=1).save()", ["Session"]),
        ("models.Session.objects.create()", ["Session"]),
        ("booking.save()", ["Booking"]),
        ("booking.session.save()", ["Session"]),
        ("self.booking.save()", ["Booking"]),
        ("service.sessions.all().delete()", ["Session"]),
        ("session.bookings.update(state='x')", ["Booking"]),
        ("row = Message.objects.get()\nrow.save()", ["Message"]),
        ("def f(row: Meeting | None): row.save()", ["Meeting"]),
        ("request.session.save()", []),
        ("Service.objects.create()", []),
        ("booking.session.service.save()", []),
        ("cache.delete('booking')", []),
        ("Booking.objects.filter(pk=1).first()", []),
    ],
)
def test_walk_sees_a_write_where_there_is_one(tmp_path, text, models):
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")

    assert [model for model, _line in writes_in(path)] == models


@each(python_files("web"))
def test_no_admin_edits_guarded_rows(path):
    """Rows that only actions write have no ModelAdmin, or one that lets nobody change them."""
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.ClassDef):
            continue
        registered = " ".join(ast.unparse(decorator) for decorator in node.decorator_list)
        named = {word for word in WRITERS if f"register({word}" in registered}
        if named:
            own = {inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)}
            assert own >= {"has_add_permission", "has_change_permission", "has_delete_permission"}
