"""Suggestions as a sheet on which a person decides, and the links of those accepted."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from gcm_ld.errors import FileError, InputError, did_you_mean
from gcm_ld.model import Alignment
from gcm_ld.namespaces import SDG, compact
from gcm_ld.suggest.ranking import Match, Suggestion
from gcm_ld.suggest.suggester import Suggestions
from gcm_ld.tables.layout import LINKS
from gcm_ld.tables.schema import Column, Form, Sheet
from gcm_ld.tables.sheets import Faults, Row, SheetData

__all__ = ["SUGGESTIONS", "accepted_links", "explain", "read_decisions", "suggestion_workbook"]

#: The sheet on which a person decides.
SUGGESTIONS = Sheet(
    name="Suggestions",
    record=Alignment,
    help="One row for each suggestion: accept or reject it.",
    columns=(
        Column(header="Outcome", width=10, help="Code of your outcome. Leave it as it is."),
        Column(header="Title", width=44, help="Its title. Leave it as it is."),
        Column(header="Suggestion", width=12, help="What it may answer or serve."),
        Column(header="What it is", width=48, help="Its title."),
        Column(header="Score", form=Form.DECIMAL, width=8, help="For the order; no probability."),
        Column(header="Why", width=40, help="Words that they share, or actions that lead there."),
        Column(
            header="Decision",
            form=Form.WORD,
            required=True,
            width=12,
            help="accept or reject; blank if you have not decided.",
        ),
        Column(
            header="Confidence",
            form=Form.DECIMAL,
            width=12,
            help="How sure you are, from 0 to 1: a link of yours needs it.",
        ),
        Column(header="Comment", width=30, help="Why, in a sentence of yours."),
        Column(header="From", width=22, help="For the link. Leave it as it is."),
        Column(header="To", width=26, help="For the link. Leave it as it is."),
    ),
)
_DECISIONS = ("accept", "reject")
_NEEDED = ("From", "To", "Decision")
#: A person held the suggestion to be right (SEMAPV, mapping review).
_REVIEWED = "MappingReview"
_LINK_COLUMNS = ("From", "To", "Basis", "Justification", "Author", "Confidence", "Comment")
_WORDS = 4


def explain(suggestion: Suggestion) -> str:
    """Say why something is suggested, in a few words.

    Words of the wider objective are marked, and a target names the actions that lead to it.

    :param suggestion: an action or target.
    """
    words = ", ".join(dict.fromkeys(map(_word, suggestion.matches[:_WORDS])))
    if not suggestion.through:
        return words
    through = "through " + ", ".join(suggestion.through[:_WORDS])
    more = len(suggestion.through) - _WORDS
    return through + (f" and {more} more" if more > 0 else "")


def _word(match: Match) -> str:
    return f"{match} (objective)" if match.part == "objective" else str(match)


def suggestion_workbook(found: Iterable[Suggestions], *, framework: str, quality: str) -> bytes:
    """Write suggestions as a workbook on which a person decides.

    :param found: the suggestions of each measure.
    :param framework: the strategy's code; empty if it is not known.
    :param quality: a sentence on how good they are.
    :returns: the workbook; the same bytes for the same suggestions.
    """
    from gcm_ld.tables.workbook_writer import write_workbook

    headers = tuple(c.header for c in SUGGESTIONS.columns)
    rows = tuple(_row(item, s, framework) for item in found for s in (*item.actions, *item.targets))
    return write_workbook(
        [SheetData(SUGGESTIONS, headers, rows)],
        title="Suggested links",
        help_lines=[
            quality,
            "Choose accept or reject in column Decision, say how sure you are, and save the file.",
            "Then run: gcm-ld suggest --accepted FILE -o links.csv",
            "It gives the sheet Links of your tables; an action may instead be answered by "
            "writing the outcome's code into its row of sheet Crosswalk.",
        ],
        choices={(SUGGESTIONS.name, "Decision"): _DECISIONS},
        blank_rows=0,
    )


def _row(item: Suggestions, suggestion: Suggestion, framework: str) -> tuple[str, ...]:
    measure, candidate = item.measure, suggestion.candidate
    own = f"{framework}/outcome/{measure.code}" if framework else measure.code
    if measure.iri:
        own = compact(measure.iri)
    is_target = candidate.iri.startswith(SDG + "/")
    ends = (own, f"sdg/{candidate.code}") if is_target else (compact(candidate.iri), own)
    return (
        measure.code,
        measure.title,
        f"{'SDG' if is_target else 'action'} {candidate.code}",
        candidate.title,
        f"{suggestion.score:.2f}".rstrip("0").rstrip("."),
        explain(suggestion),
        "",
        "",
        "",
        *ends,
    )


def read_decisions(path: Path) -> list[Row]:
    """Read the accepted rows of a workbook or CSV file with the sheet Suggestions.

    :param path: the file.
    :raises FileError: if it can't be read.
    :raises InputError: if a column is missing, or a decision is neither accept nor reject.
    """
    if path.suffix.lower() == ".csv":
        rows = _csv_rows(path)
    elif path.suffix.lower() == ".xlsx":
        rows = _workbook_rows(path)
    else:
        raise InputError(f"{path}: is no workbook: save it as .xlsx or as CSV UTF-8")
    accepted = []
    for row in rows:
        word = row.get("Decision").strip().casefold()
        if word and word not in _DECISIONS:
            raise InputError(
                f"{path}: {SUGGESTIONS.name}, row {row.number}, column Decision: "
                f"“{row.get('Decision')}” is no decision: write accept or reject."
                + did_you_mean(word, _DECISIONS)
            )
        if word == "accept":
            for header in ("From", "To"):
                if not row.get(header):
                    raise InputError(
                        f"{path}: {SUGGESTIONS.name}, row {row.number}, column {header}: is "
                        "blank: take the row over from the suggestions again"
                    )
            accepted.append(row)
    return accepted


def _csv_rows(path: Path) -> list[Row]:
    from gcm_ld.tables.csv_folder import CsvSheet

    if not path.exists():
        raise FileError(path, "no such file: check the path")
    faults = Faults()
    sheet = CsvSheet(SUGGESTIONS, path, faults)
    found = sheet.open()
    _check_columns(path, sheet.columns if found else ())
    rows = list(sheet.rows())
    if faults.errors:
        raise InputError(f"{path.parent / str(faults.errors[0])}")
    return rows


def _workbook_rows(path: Path) -> list[Row]:
    """Read the sheet from a workbook, which may hold any other sheets."""
    from gcm_ld.tables.workbook_reader import Workbook

    if not path.exists():
        raise FileError(path, "no such file: check the path")
    with closing(Workbook(path, (SUGGESTIONS,))) as book:
        rows = [row for sheet in book.sheets for row in sheet.rows()]
        if book.faults.errors:
            raise InputError(f"{path}: {book.faults.errors[0]}")
        if not book.sheets:
            raise InputError(
                f"{path}: no sheet {SUGGESTIONS.name}: give the file that "
                "'gcm-ld suggest --format xlsx' wrote"
            )
        _check_columns(path, book.sheets[0].columns)
    return rows


def _check_columns(path: Path, headers: Iterable[str]) -> None:
    missing = [h for h in _NEEDED if h not in set(headers)]
    if missing:
        raise InputError(
            f"{path}: {SUGGESTIONS.name}: no column {missing[0]}: it must have "
            f"{', '.join(_NEEDED)} as 'gcm-ld suggest --format xlsx' wrote them"
        )


def accepted_links(rows: Iterable[Row], *, author: str = "") -> bytes:
    """Write accepted suggestions as the CSV file of sheet Links.

    They are curated: a person's judgement, reviewed from a suggestion. Whoever judged must stand
    in them, with a confidence, before they conform to the shapes.

    :param rows: the accepted rows.
    :param author: code of who judged, as in sheet Institutions.
    """
    from gcm_ld.tables.csv_folder import write_csv_folder

    links = tuple(
        (
            row.get("From"),
            row.get("To"),
            "Curated",
            _REVIEWED,
            author,
            row.get("Confidence"),
            row.get("Comment") or _comment(row),
        )
        for row in rows
    )
    return write_csv_folder([SheetData(LINKS, _LINK_COLUMNS, links)])[LINKS.file]


def _comment(row: Row) -> str:
    why = row.get("Why")
    return f"Suggested ({why}) and accepted." if why else "Accepted suggestion."
