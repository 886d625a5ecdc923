"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

__all__ = ["DATA_OPTION", "OUTPUT_OPTION", "PATHS_ARGUMENT", "format_option"]

DATA_OPTION = click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Your own Turtle file or folder instead of the shipped data; may be repeated.",
)

OUTPUT_OPTION = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file instead of the screen.",
)

PATHS_ARGUMENT = click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]..."
)


def format_option(*choices: str) -> Callable[[_Command], _Command]:
    """Return a ``--format`` option; the first choice is the default."""
    return click.option(
        "-f",
        "--format",
        "format_",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="How to print it; csv and json are stable for programs.",
    )
