"""`make bench`: measures everything and writes benchmarks/report.md. `SOAK=1`: at full size.

`ROWS="1 4"` measures these rows and only prints; docs/performance.md has the rest.
"""

import argparse
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from benchmarks import agreement, asking, browser, outside, owed, report, scenarios, stack
from benchmarks.crowd import Crowd
from benchmarks.race import Outcome, Race
from benchmarks.report import Report
from benchmarks.scenarios import PAGES, SLOTS, Pair, Place
from benchmarks.stack import Server, Stack
from tools import services
from tools.guardian import Guardian
from tools.system import ProgramMissing, need

IS_SOAK = os.environ.get("SOAK") == "1"
ROUNDS = int(os.environ.get("ROUNDS", "100" if IS_SOAK else "10"))
LOAD_BEFORE, *_ = os.getloadavg()
ALL_ROWS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11")
ROWS = tuple(os.environ.get("ROWS", "").split()) or ALL_ROWS
HISTORIES = (50_000, 500_000) if IS_SOAK else (50_000,)


@dataclass(frozen=True)
class Company:
    """A filled database, who may look at its calendar, and the queries of its pages."""

    url: str
    cookie: str
    queries: dict[str, int]


@dataclass(frozen=True)
class Companies:
    """The small one twice, what grew out of it, and the one that is fought over."""

    small: Company
    twin: Company
    larger: dict[str, Company]
    race: Company


def companies(running: Stack, server_url: str) -> Companies:
    """Fill all of them, before anything is connected to the one the others are copies of."""
    _say("Filling the companies …")
    small = filled(running, stack.database(server_url, "small"), "company")
    larger = {}
    for count in HISTORIES:
        copy = replace(small, url=stack.database(server_url, f"old_{count}", copy_of="small"))
        running.run(copy.url, "benchmarks.dataset", "history", str(count))
        larger[f"{count:,} old bookings"] = copy
    twin = replace(small, url=stack.database(server_url, "twin", copy_of="small"))
    tenfold = filled(running, stack.database(server_url, "tenfold"), "tenfold")
    race = replace(small, url=stack.database(server_url, "race", copy_of="small"))
    running.run(race.url, "benchmarks.dataset", "race")
    return Companies(small, twin, {**larger, "ten times the providers": tenfold}, race)


def filled(running: Stack, url: str, what: str) -> Company:
    running.run(url, "tools.prepare")
    running.run(url, "benchmarks.dataset", what)
    return Company(url, **json.loads(running.run(url, "benchmarks.pages")))


def measured(running: Stack, server_url: str) -> Report:
    """The rows asked for."""
    written = Report()
    if set(ROWS) - {"9", "11"}:
        beside_others(running, companies(running, server_url), written)
    if "9" in ROWS:
        owing(running, server_url, written)
    if "11" in ROWS:
        looked_at(running, server_url, written)
    report.closing(written)
    return written


def beside_others(running: Stack, of: Companies, written: Report) -> None:
    """All rows but 9 and 11, in the order of the report."""
    beside_the_floor(running, of.small, written)
    if "6" in ROWS:
        _say("Races …")
        report.race(written, *raced(running, of.race))
    if {"7", "8"} & set(ROWS):
        beside_larger_ones(running, of, written)
    if "10" in ROWS:
        report.queries(written, of.small.queries)


def beside_the_floor(running: Stack, company: Company, written: Report) -> None:
    """Rows 1 to 5, once the answers are the same."""
    with running.product(company.url) as server, running.floor(company.url) as floor_server:
        product = place(company, server)
        floor = product.served_by(floor_server)
        floor.warm_up()
        _say("Comparing answers …")
        agreed = agreement.check(product.server, floor.server, product.offers)
        report.introduction(written, company.url, agreed, LOAD_BEFORE)
        if wanted := [row for row in SLOTS if row in ROWS]:
            _say("Free slots …")
            report.slots(written, {row: scenarios.slots(product, floor, row) for row in wanted})
            report.pages(written, {kind: scenarios.page(product, kind) for kind in PAGES})
        if "5" in ROWS:
            _say("Bookings …")
            report.booking(written, scenarios.booking(product, floor))


def beside_larger_ones(running: Stack, of: Companies, written: Report) -> None:
    """Rows 7 and 8."""
    with running.product(of.twin.url) as server:
        small = place(of.twin, server)
        if "7" in ROWS:
            _say("Calendar …")
            report.feed(written, scenarios.feed(small))
        if "8" in ROWS:
            found = {name: grown(running, small, large) for name, large in of.larger.items()}
            report.growth(written, found)


def owing(running: Stack, server_url: str, written: Report) -> None:
    """Row 9: each part in a company of its own."""
    _say("What bookings owe …")
    url = stack.database(server_url, "online")
    with outside.zoom(running) as zoom, outside.mail_servers(running) as mail:
        running.run(url, "tools.prepare")
        running.run(url, "benchmarks.dataset", "online")
        running.run(url, "benchmarks.online", **zoom.env)
        found = []
        for number, part in enumerate((owed.latency, owed.waits, owed.burst)):
            own = stack.database(server_url, f"online_{number}", copy_of="online")
            with (
                running.product(own, **zoom.env, EMAIL_URL=mail.quick) as server,
                psycopg.connect(own, autocommit=True) as database,
            ):
                found.append(part(owed.Scene(running, own, database, server, zoom, mail)))
    report.owed(written, owed.Owed(*found))


def looked_at(running: Stack, server_url: str, written: Report) -> None:
    """Row 11: in a browser, a company with many columns."""
    _say("In a browser …")
    company = filled(running, stack.database(server_url, "columns"), "columns")
    with running.product(company.url) as server:
        counts = browser.bookings_in(company.url)
        times = asking.times_page(asking.catalogue(company.url))
        paths = {"front page": "/", "page of a service": times}
        report.browser(written, browser.seen(server, company.cookie, counts, paths))


def place(company: Company, server: Server) -> Place:
    offers, pid = asking.catalogue(company.url), stack.database_pid(company.url)
    found = Place(server, pid, offers, asking.Bookings(offers), company.cookie)
    found.warm_up()
    return found


def raced(running: Stack, company: Company) -> tuple[list[Outcome], int]:
    with running.product(company.url) as server, Crowd(server) as crowd:
        race = Race(company.url, asking.catalogue(company.url), crowd)
        return race.run(ROUNDS), race.wrong_rows()


def grown(running: Stack, small: Place, larger: Company) -> dict[str, Pair]:
    _say("A larger company …")
    with running.product(larger.url) as server:
        return scenarios.growth(small, place(larger, server))


def _say(words: str) -> None:
    print(words, flush=True)


def main() -> None:
    # It is told what to do by the environment, as `make` passes it on; anything else is a mistake.
    argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__).parse_args()
    try:
        need("postgres", "redis-server", "wrk", "chromium")
        with ExitStack() as started:
            folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
            server_url = started.enter_context(services.postgres(is_durable=True))
            redis_url = started.enter_context(services.redis())
            guardian = Guardian()
            started.callback(guardian.close)
            running = Stack(folder, redis_url, guardian)
            written = measured(running, server_url)
    except (ProgramMissing, services.ServiceFailed, agreement.Disagreement) as failure:
        sys.exit(f"The benchmark cannot run: {failure}")
    except KeyboardInterrupt:
        sys.exit("Stopped.")
    if ROWS == ALL_ROWS:
        written.write()
    print("\n".join(written.lines))


if __name__ == "__main__":
    main()
