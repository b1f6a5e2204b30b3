"""Reads which texts the code and the templates mark for translation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CODE = ("booking", "config", "notifications", "tools", "web", "webhooks", "zoomlink")
SINGLE = {"_", "gettext", "gettext_lazy"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}

# What Django makes of a template tag: a call with literal arguments.
CALLS = re.compile(r"""\b(_|n?p?gettext)\((?:u?r?"(?:[^"\\]|\\.)*"|u?r?'(?:[^'\\]|\\.)*'|[,\s])+""")

Text = tuple[str | None, str]


def all_marked() -> set[Text]:
    """Return every (context or None, text) that ``make messages`` gathers."""
    found: set[Text] = set()
    for folder in CODE:
        for path in (ROOT / folder).rglob("*.py"):
            found.update(_in_code(path.read_text(encoding="utf-8")))
    for path in (ROOT / "templates").rglob("*.*"):
        found.update(_in_template(path.read_text(encoding="utf-8")))
    return found


def _in_code(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if node.func.id in SINGLE | PLURAL and words:
                yield None, words[0]
            elif node.func.id in WITH_CONTEXT:
                yield words[0], words[1]


def _in_template(source: str) -> Iterator[Text]:
    for call in CALLS.finditer(templatize(source)):
        yield from _in_code(call.group(0).rstrip(", \n") + ", 0)")
