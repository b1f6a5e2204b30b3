"""Tables as files: CSV that is streamed, and workbooks for Excel.

What people typed never becomes a formula, whichever program opens the file.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CSV, EXCEL = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What begins a formula, also written wide, or makes a program look at what follows.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LONGEST = 32_767  # characters in a cell of Excel
_BOM = "\ufeff"  # by it Excel knows that it is UTF-8
_DATE = "yyyy-mm-dd hh:mm"

Cell = str | int | datetime | None
Row = Sequence[Cell]


def harmless(text: str) -> str:
    """Return a text that no program takes for a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


class _Echo:
    """What is written is handed back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Row], zone: ZoneInfo) -> Iterator[str]:
    """The lines of a CSV file; aware moments as wall time of ``zone``."""
    writer = csv.writer(_Echo())
    yield _BOM + writer.writerow([harmless(title) for title in header])
    for row in rows:
        yield writer.writerow([_csv_cell(cell, zone) for cell in row])


def _csv_cell(cell: Cell, zone: ZoneInfo) -> str | int:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(zone):%Y-%m-%d %H:%M}"
    return harmless(cell) if isinstance(cell, str) else "" if cell is None else cell


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Row], zone: ZoneInfo) -> None:
    """The same as a file on disk."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(header, rows, zone))


def write_workbook(
    target: BinaryIO | Path, header: Sequence[str], rows: Iterable[Row], zone: ZoneInfo
) -> None:
    """One sheet with real dates, row by row: it does not stand in memory as a whole."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number, title in enumerate(header, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = max(18, len(title) + 2)
    sheet.append([_bold(sheet, harmless(title)) for title in header])
    for row in rows:
        sheet.append([_excel_cell(sheet, cell, zone) for cell in row])
    book.save(target)


def _bold(sheet, title: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, title)
    cell.font = Font(bold=True)
    return cell


def _excel_cell(sheet, content: Cell, zone: ZoneInfo):
    if isinstance(content, datetime):
        # Excel knows no zones: the header names it.
        cell = WriteOnlyCell(sheet, content.astimezone(zone).replace(tzinfo=None, second=0))
        cell.number_format = _DATE
        return cell
    return harmless(content)[:_LONGEST] if isinstance(content, str) else content
