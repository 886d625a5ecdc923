"""``gcm-ld synth``: a synthetic world to try things on."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gcm_ld.cli.output import show_progress
from gcm_ld.words import plural

__all__ = ["command"]

_HELP = """Make a synthetic world of countries to try things on.

Each country has a folder with a strategy of its own (some with two in succession), an assessment
of each of the Compact's 187 actions, links with the SDGs, and yearly values of its indicators with
baselines and targets, in the form, size and proportions of the real data on Albania. Nothing in it
is about any country: the codes are QMA to QZZ, which ISO 3166-1 leaves to its users, every title
begins with "Synthetic", and everything is marked gcmo:Synthetic. It can't be mixed with real data.

The same seed gives the same bytes, and a larger world begins with a smaller one.

\b
Example:
  gcm-ld synth --countries 20 -o world/
  gcm-ld report countries --data world/
"""


@click.command(name="synth", help=_HELP)
@click.option(
    "--countries", type=int, default=20, show_default=True, metavar="N", help="How many; up to 364."
)
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="S", help="Another one, other data."
)
@click.option(
    "--years",
    type=int,
    default=4,
    show_default=True,
    metavar="N",
    help="Years of values; up to 60.",
)
@click.option(
    "--cells",
    type=int,
    metavar="N",
    help="Figures of each indicator a year, by sex, age and so on; if left, the total and what it "
    "promises.",
)
@click.option("--jobs", type=int, metavar="N", help="Processes; one for each processor if left.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER",
    help="The folder to make; it must be new or empty.",
)
def command(
    countries: int, seed: int, years: int, cells: int | None, jobs: int | None, output: Path
) -> None:
    """Write the world."""
    from gcm_ld.errors import InputError
    from gcm_ld.synth import Density, write_world

    if jobs is not None and jobs < 1:
        raise InputError(f"--jobs {jobs}: use 1 or more processes")
    made = write_world(
        output,
        countries=countries,
        seed=seed,
        density=Density(years, cells),
        jobs=jobs,
        progress=lambda done: show_progress(f"{done} of {countries} countries"),
    )
    show_progress("")
    if sys.stderr.isatty():
        click.echo(
            f"wrote {plural(made.countries, 'synthetic country')} to {output}: "
            f"{plural(made.files, 'file')}, {made.size / 1e6:.1f} MB",
            err=True,
        )
