"""Before anything is timed: the floor gives the product's answers."""

import json
import urllib.request
from datetime import datetime

from benchmarks import asking
from benchmarks.asking import Offer
from benchmarks.stack import Server

SAMPLE = 40


class Disagreement(Exception):
    """Floor and product answered differently; the text says where."""


def check(product: Server, floor: Server, offers: list[Offer]) -> int:
    """Compare starts and providers of many answers; return how many. Raises Disagreement."""
    kinds = (asking.day_of_one, asking.day_of_any, asking.month_of_one, asking.month_of_any)
    paths = [line.split("\t")[1] for kind in kinds for line in kind(offers)[:SAMPLE]]
    for path in paths:
        ours, theirs = _answer(product, path), _answer(floor, path)
        if ours != theirs:
            starts = sorted(ours.keys() ^ theirs.keys())[:5] or "the providers"
            raise Disagreement(f"{path}: product and floor differ in {starts}")
    return len(paths)


def _answer(server: Server, path: str) -> dict[datetime, tuple[datetime, list[int]]]:
    with urllib.request.urlopen(server.address + path, timeout=30) as response:
        slots = json.load(response)["slots"]
    return {
        datetime.fromisoformat(slot["starts_at"]): (
            datetime.fromisoformat(slot["ends_at"]),
            sorted(slot["providers"]),
        )
        for slot in slots
    }
