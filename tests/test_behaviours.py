"""What docs/behaviours.md promises is promised by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "behaviours.md").read_text()
ROWS = dict(re.findall(r"^\| (B\d\d) \| (.+) \|$", PAGE, flags=re.MULTILINE))
NAMED = {key: re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row) for key, row in ROWS.items()}
WHOLE = [*range(1, 9), *range(10, 18), *range(20, 24), *range(26, 48)]


def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_behaviour_is_listed():
    assert {f"B{number:02}" for number in WHOLE} <= set(ROWS)


@pytest.mark.parametrize("behaviour", sorted(ROWS))
def test_its_tests_exist(behaviour):
    assert NAMED[behaviour], "no test is named"
    assert [name for path, name in NAMED[behaviour] if name not in names_in(path)] == []
