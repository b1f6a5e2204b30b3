"""Writes benchmarks/report.md: every figure with its target and whether it is met."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import django
import granian
import psycopg

from benchmarks import targets
from benchmarks.browser import ROUNDS, Seen, slowest
from benchmarks.measure import Figures, percentile
from benchmarks.owed import WORKER_PROCESSES, WORKERS, Burst, Owed, Waits
from benchmarks.race import Outcome
from benchmarks.scenarios import SECONDS, Pair, Row
from benchmarks.targets import Faster, Target

PATH = Path(__file__).with_name("report.md")


@dataclass
class Report:
    """Lines of Markdown, and the verdicts among them."""

    lines: list[str] = field(default_factory=list)
    met: int = 0
    missed: list[str] = field(default_factory=list)

    def section(self, title: str, *paragraphs: str) -> None:
        self.lines += [f"## {title}", "", *(line for text in paragraphs for line in (text, ""))]

    def table(self, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        head = list(head)
        self.lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        self.lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
        self.lines.append("")

    def verdict(self, title: str, target: Target, found: float) -> str:
        """Say whether a target is met, and remember it."""
        if target.keeps(target.moonshot, found):
            said = "moonshot"
        elif target.bound is None:
            return "no moonshot"
        elif target.keeps(target.bound, found):
            said = "met"
        else:
            self.missed.append(title)
            return "**not met**"
        self.met += 1
        return said

    def write(self) -> None:
        PATH.write_text("\n".join(self.lines).rstrip() + "\n", encoding="utf-8")


def introduction(report: Report, database_url: str, agreed: int, load: float) -> None:
    """What was measured, where and with what; ``load`` is the machine's before it began."""
    with psycopg.connect(database_url) as connection:
        postgres = connection.info.parameter_status("server_version")
    report.lines += ["# Benchmark", ""]
    how = "[docs/performance.md](../docs/performance.md)"
    report.lines += [f"Written by `make bench`; {how} says how to read it.", ""]
    report.table(
        ["", ""],
        [
            ["date", f"{datetime.now(UTC):%Y-%m-%d}"],
            ["machine", f"{_processor()}, {os.cpu_count()} cores, shared with the load generator"],
            ["others at work before it began", f"{load:.1f} processes on average"],
            ["Python, Django", f"{platform.python_version()}, {django.__version__}"],
            ["granian, PostgreSQL", f"{granian.__version__}, {postgres}"],
            ["web processes", "2, of 4 threads each"],
            ["one run", f"{SECONDS:g} s; product and floor in turn; medians"],
            ["answers compared before", f"{agreed}, product and floor the same"],
        ],
    )


def slots(report: Report, rows: dict[str, Row]) -> None:
    """Rows 1–4: the figures, then what they are held against."""
    report.section("Rows 1–4: free slots, by the JSON API")
    _figures(report, {f"{n}: {targets.TITLES[n]}": row for n, row in rows.items()})
    lines = []
    for number, row in rows.items():
        title = f"{number}: {targets.TITLES[number]}"
        if number in targets.CPU_OF_FLOOR:
            lines.append(_held(report, title, targets.CPU_OF_FLOOR[number], row.many.cpu_ratio))
        if number == "3":
            lines.append(_held(report, title, targets.MONTH_MS, row.one.product.p50_ms))
        lines += [_compared(report, title, faster, row) for faster in targets.FASTER[number]]
    _verdicts(report, lines)


def pages(report: Report, rows: dict[str, Row]) -> None:
    """The same questions as a page of the booking site; no target names them."""
    report.section(
        "The booking site's page of a day",
        "The page computes and draws the whole month around the day. No target names it.",
    )
    _figures(report, rows)


def booking(report: Report, pair: Pair) -> None:
    report.section("Row 5: " + targets.TITLES["5"])
    assert pair.floor is not None
    report.table(
        ["", "a second", "p50 ms", "p99 ms", "CPU ms each", "refused"],
        [_booking_cells("product", pair.product), _booking_cells("floor", pair.floor)],
    )
    found = (
        pair.product.per_second,
        pair.product.per_second / targets.PEERS_BOOKINGS,
        pair.product.per_second / pair.floor.per_second,
    )
    title = f"5: {targets.TITLES['5']}"
    _verdicts(
        report,
        [_held(report, title, *pair) for pair in zip(targets.BOOKINGS, found, strict=True)],
    )


def race(report: Report, outcomes: list[Outcome], wrong_rows: int) -> None:
    report.section(
        "Row 6: fifty at once, over HTTP, at two processes",
        f"Rows that contradict one another afterwards: {wrong_rows}.",
    )
    head = "scene|winners|rounds right|losers' p99 ms|losers without free times|exact|p99 <= 500"
    report.table(head.split("|"), [_race_cells(report, outcome) for outcome in outcomes])


def _race_cells(report: Report, outcome: Outcome) -> list[object]:
    title, right = f"6: {outcome.name}", outcome.right / outcome.rounds
    return [
        outcome.name,
        outcome.winners,
        f"{outcome.right} of {outcome.rounds}",
        f"{outcome.p99_ms:.0f}",
        outcome.losers_without_free_times,
        report.verdict(title, targets.EXACT, right),
        report.verdict(f"{title}, p99", targets.LOSERS, outcome.p99_ms),
    ]


def feed(report: Report, found: dict[str, Pair]) -> None:
    report.section("Row 7: the staff's calendar feed, one request at a time")
    lines = []
    for name, pair in found.items():
        in_time, small = targets.FEED[name]
        lines.append(_held(report, f"7: {name}", in_time, pair.product.p50_ms))
        lines.append(_held(report, f"7: {name}", small, pair.product.bytes_each / 1000))
    _verdicts(report, lines)


def growth(report: Report, by_company: dict[str, dict[str, Pair]]) -> None:
    report.section(
        "Row 8: the same with more in the tables",
        "CPU of a request, larger company over small one, in turn.",
    )
    lines = []
    for company, pairs in by_company.items():
        for number, pair in pairs.items():
            title = f"8: {company}, {targets.TITLES[number]}"
            lines.append(_held(report, title, targets.GROWTH, pair.cpu_ratio))
    _verdicts(report, lines)


def owed(report: Report, found: Owed) -> None:
    """Row 9: latency, waits and burst, each with its table of verdicts."""
    report.section(
        "Row 9: what a booking owes, while the others are at their worst",
        f"Workers run in every case; 9a: one of {WORKER_PROCESSES} processes, else {WORKERS}.",
    )
    quick, *_ = found.latency_ms.values()
    lines = [
        [*_held(report, f"9a: {name}", targets.CALM, ms / quick), f"{ms:.1f} ms"]
        for name, ms in found.latency_ms.items()
    ]
    report.table(["", "measure", "found", "target", "moonshot", "", "booking"], lines)
    _waits(report, found.waits)
    _burst(report, found.burst)


def _waits(report: Report, waits: Waits) -> None:
    measured = {
        "meeting stored": waits.meeting,
        "last message handed over": waits.message,
        "both": waits.both,
    }
    report.table(
        ["9b: 20 bookings a second, Zoom takes 100 ms; since the commit", "p50 ms", "p99 ms"],
        [
            [name, *(f"{percentile(times, of):.0f}" for of in targets.WAITS)]
            for name, times in measured.items()
        ],
    )
    lines = [
        _held(report, "9b: 20 bookings a second", target, percentile(waits.both, of))
        for of, target in targets.WAITS.items()
    ]
    _verdicts(report, lines)


def _burst(report: Report, burst: Burst) -> None:
    title = f"9c: {burst.things} meetings and messages at once, a worker killed"
    found = (burst.lost, burst.doubled, burst.per_second)
    lines = [_held(report, title, *pair) for pair in zip(targets.BURST, found, strict=True)]
    _verdicts(report, lines)
    report.lines += [
        f"Zoom refused {burst.calls_refused:.1%} of the calls. Workers and database used "
        f"{burst.cpu_ms:.1f} ms of CPU for each.",
        "",
    ]


def queries(report: Report, counted: dict[str, int]) -> None:
    report.section(
        "Row 10: queries of a request",
        "Counted without sign-in and permissions, and without the marks of a transaction.",
    )
    _verdicts(
        report,
        [
            _held(report, f"10: {name}", Target("queries", "<=", targets.QUERIES[name]), count)
            for name, count in counted.items()
        ],
    )


def browser(report: Report, found: Seen) -> None:
    """Row 11: the views of the calendar, then what they are held against."""
    report.section(
        "Row 11: in a browser",
        f"Chromium on the same machine, {ROUNDS} times each, medians; twenty provider columns. The "
        "month is drawn as totals and needs no feed.",
    )
    report.table(
        ["the calendar", "bookings", "first paint ms", "usable ms", "feed ms"],
        [
            [name, view.bookings, *(f"{ms:.0f}" for ms in (view.painted, view.usable, view.feed))]
            for name, view in found.views.items()
        ],
    )
    report.table(
        ["a phone on slow 4G", "first paint ms", "again ms"],
        [[name, f"{one.first:.0f}", f"{one.again:.0f}"] for name, one in found.paints.items()],
    )
    lines = [_held(report, "11: first page of the site", targets.FIRST_PAGE, found.first_page_kb)]
    lines += [
        _held(report, f"11: phone, {name}", targets.PAINTED, one.first)
        for name, one in found.paints.items()
    ]
    lines += [
        _held(report, f"11: calendar, {name}", targets.USABLE, view.usable)
        for name, view in found.views.items()
    ]
    lines.append(
        _held(report, "11: calendar, a booking dragged", targets.FRAME, slowest(found.drag))
    )
    lines.append(
        _held(report, "11: calendar, a booking dropped", targets.DROPPED, found.drag.answered)
    )
    _verdicts(report, lines)


def closing(report: Report) -> None:
    report.section(
        "In short",
        f"{report.met} targets met, {len(report.missed)} not met"
        + (f": {'; '.join(dict.fromkeys(report.missed))}." if report.missed else "."),
    )


def _figures(report: Report, rows: dict[str, Row]) -> None:
    cells = []
    for title, row in rows.items():
        cells.append([title, *_cells("product", row.one.product, row.many.product)])
        if row.one.floor and row.many.floor:
            cells.append(["", *_cells("floor", row.one.floor, row.many.floor)])
    head = [
        "",
        "",
        "ms, one at a time",
        "a second, 16 at a time",
        "p99 ms",
        "CPU ms each",
        "kB each",
    ]
    report.table(head, cells)


def _cells(name: str, one: Figures, many: Figures) -> list[object]:
    return [
        name, f"{one.p50_ms:.1f}", f"{many.per_second:.0f}", f"{many.p99_ms:.0f}",
        f"{many.cpu_ms:.2f}", f"{many.bytes_each / 1000:.1f}",
    ]  # fmt: skip


def _booking_cells(name: str, figures: Figures) -> list[object]:
    return [
        name, f"{figures.per_second:.0f}", f"{figures.p50_ms:.1f}", f"{figures.p99_ms:.0f}",
        f"{figures.cpu_ms:.2f}", f"{figures.refused:.0f}",
    ]  # fmt: skip


_Line = list[object]


def _verdicts(report: Report, lines: list[_Line]) -> None:
    report.table(["", "measure", "found", "target", "moonshot", ""], lines)


def _held(report: Report, title: str, target: Target, found: float) -> _Line:
    bounds = [
        "" if bound is None else f"{target.sign} {bound:g}"
        for bound in (target.bound, target.moonshot)
    ]
    said = report.verdict(title, target, found)
    return [title, target.what, f"{found:.3g}", *bounds, said]


def _compared(report: Report, title: str, faster: Faster, row: Row) -> _Line:
    peer = faster.peer
    if peer.ms is not None:
        found, quoted = peer.ms / row.one.product.p50_ms, f"{peer.ms:g} ms"
    else:
        assert peer.per_second is not None
        found, quoted = row.many.product.per_second / peer.per_second, f"{peer.per_second:g}/s"
    what = f"times faster than {peer.name}, {quoted} (quoted, not rerun)"
    return _held(report, title, Target(what, ">=", faster.times, faster.moonshot), found)


def _processor() -> str:
    listing = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    named = [
        line.partition(":")[2].strip() for line in listing.splitlines() if "model name" in line
    ]
    return named[0] if named else platform.machine()
