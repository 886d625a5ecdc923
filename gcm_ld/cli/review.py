"""``gcm-ld review``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcm_ld.cli.options import LANGUAGE_OPTIONS, SOURCE_OPTIONS
from gcm_ld.errors import FileError, InputError
from gcm_ld.source import Source

if TYPE_CHECKING:
    from gcm_ld.cli.language import Language
    from gcm_ld.review.choice import Chosen

_HELP = """Write the first draft of a national review of the Compact.

The draft has the sections that the reference guide for reporting recommends, or those of the
country's own structure where the data hold one. It is filled with what the data know; what a
person must write is marked. People write in Markdown, one file a section, in the folder of
--texts: the first run makes the files, and none is ever written over. Run the command again, and
their texts stand in the document, beside figures that are made anew.

Coverage is counted under the strict rule, by which an action is covered where an outcome is named
for it, unless --rule says otherwise. For the table that the guide itself prints it is the guide's
own rule, published. The draft says what each rule means and shows all of them.

\b
Example:
  gcm-ld review --country ALB --year 2022 -o review.docx
  gcm-ld review --country ALB -o review.html --rule strict
  gcm-ld review --country XKX --data xkx/ --year 2026 -o review.docx --lang sq
"""


@click.command(name="review", help=_HELP)
@click.option("--country", required=True, metavar="CODE", help="The country, such as ALB.")
@click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    metavar="YEAR",
    help="The year of the review: values up to it count. The last year of the framework if not "
    "given.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The document: its ending (.docx, .md or .html) says what it is.",
)
@click.option(
    "-f",
    "--format",
    "format_",
    type=click.Choice(("docx", "md", "html")),
    help="What it is, where the ending does not say so.",
)
@click.option(
    "--framework",
    metavar="CODE",
    help="The framework that actions were assessed against, if the country has several.",
)
@click.option(
    "--texts",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of what people wrote; review-YEAR beside your own data, or "
    "review-COUNTRY-YEAR beside the document, if not given.",
)
@click.option(
    "--rule",
    metavar="RULE",
    default="",
    help="The counting rule of coverage in the text: strict, published or broad; published for the "
    "table that the guide prints, or else strict, if not given.",
)
@click.option(
    "--progress-rule",
    metavar="RULE",
    help="How figures of progress are put together: mean, worst or on-track.",
)
@click.option(
    "--links",
    metavar="LINKS",
    help="What carries progress to actions: indicators, outcomes or both.",
)
@click.option("--curated", is_flag=True, help="Count links that somebody judged, too.")
@click.option(
    "--sdg-data",
    multiple=True,
    metavar="FILE|URL",
    help="Values of SDG series, as for the report sdg-data.",
)
@LANGUAGE_OPTIONS
@SOURCE_OPTIONS
def command(
    country: str,
    year: int | None,
    output: Path,
    format_: str | None,
    framework: str | None,
    texts: Path | None,
    rule: str,
    progress_rule: str | None,
    links: str | None,
    curated: bool,
    sdg_data: tuple[str, ...],
    language: Language,
    source: Source,
) -> None:
    """Write a review."""
    from gcm_ld import review

    _check_folder(output)
    kind = format_ or _format(output)
    if texts is not None and texts.exists() and not texts.is_dir():
        raise InputError(f"{texts}: this is a file: --texts names a folder")
    whole = source.whole()
    found = review.find_country(whole, country)
    against = review.find_framework(whole, found, year, framework)
    if year is None:
        year = against.end or against.start
        if year is None:
            raise InputError(f"the data give no year of {against.title}: add --year")
    if against.start and year < against.start:
        raise InputError(
            f"--year {year} is before {against.title}, which begins in {against.start}: name a "
            "year from then on"
        )
    alone = review.is_alone(whole, found)
    folder = texts or review.default_folder(source.paths, output, found.code, year, alone=alone)
    dataset = source.dataset(framework=against.iri)
    if not alone:
        dataset = review.narrow(dataset, against.iri)
    options = review.Options(year, rule, progress_rule, links, curated, sdg_data)
    with language.speaking(dataset, besides=review.list_labels()):
        made = review.build_review(
            dataset, country=found.iri, options=options, texts=folder, framework=against.iri
        )
        files = review.render_review(made.document, kind, output)
        new = review.make_files(made.texts, made.slots)
        _write(files)
    _tell(made, against, new, files)


def _format(output: Path) -> str:
    from gcm_ld.review import FORMATS

    for name, endings in FORMATS.items():
        if output.suffix.lower() in endings:
            return name
    raise InputError(
        f"{output}: a review is written to .docx, .md or .html: name the file so, or say --format"
    )


def _check_folder(output: Path) -> None:
    """Refuse a file that can't be written before any work is done."""
    if str(output) == "-":
        raise InputError("-: a review is written to a file: name one, such as review.docx")
    if not output.parent.is_dir():
        raise FileError(output.parent, "no such folder: make it, or name another")


def _write(files: dict[Path, bytes]) -> None:
    from gcm_ld.files import write_bytes

    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(path.parent, f"can't be made ({error.strerror})") from None
        write_bytes(path, content)


def _tell(made: object, against: Chosen, new: list[Path], files: dict[Path, bytes]) -> None:
    """Say what was written, what waits, and what of the folder belongs nowhere."""
    from gcm_ld.review import Review
    from gcm_ld.review.model import Placeholder
    from gcm_ld.words import plural

    assert isinstance(made, Review)  # noqa: S101
    lines = [f"wrote {path}" for path in files]
    if new:
        lines.append(f"made {plural(len(new), 'file')} for people's texts in {made.texts.folder}")
    lines += [
        f"{made.texts.folder / name} belongs to no section: it is left as it is"
        for name in made.texts.unknown
    ]
    names = {slot.key: made.texts.files.get(slot.key, slot.file) for slot in made.slots}
    lines += [
        f"{made.texts.folder / name} is no Markdown, so it is not read: put its text into "
        f"{names[key]}"
        for name, key in made.texts.unread
    ]
    waiting = sum(isinstance(b, Placeholder) for b in made.document.blocks)
    lines.append(
        f"{plural(waiting, 'passage')} of {len(made.slots)} wait for a person"
        if waiting
        else "no passage waits for a person"
    )
    if against.end and made.document.year > against.end:
        lines.append(f"{against.title} ended in {against.end}: values up to {made.document.year}")
    for code, title in made.structure.without:
        lines.append(f"the country's structure has no section for {code} {title}: left out")
    for line in lines:
        click.echo(line, err=True)
