"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gcm_ld.errors import InputError

if TYPE_CHECKING:
    from gcm_ld.source import Source

_Command = TypeVar("_Command", bound=Callable[..., Any])

__all__ = [
    "DATA_OPTION",
    "ENDPOINT_OPTIONS",
    "LANGUAGE_OPTIONS",
    "OUTPUT_OPTION",
    "PATHS_ARGUMENT",
    "SOURCE_OPTIONS",
    "STORE_OPTION",
    "format_option",
    "source_options",
]

DATA_OPTION = click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Your own Turtle file or folder instead of the shipped data, or a folder of these, as "
    "shipped:alb; may be repeated.",
)

OUTPUT_OPTION = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file instead of the screen.",
)

STORE_OPTION = click.option(
    "--store",
    "store",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A store on disk, made with gcm-ld load.",
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


def ENDPOINT_OPTIONS(command: Callable[..., Any]) -> Any:  # noqa: N802 (a decorator like the others)
    """Add the options that say where a SPARQL endpoint is, as the keyword ``endpoint``.

    It is the address with how to call it, or nothing.
    """

    @functools.wraps(command)
    def wrapper(
        *args: Any,
        endpoint: str | None,
        user: str | None,
        timeout: float | None,
        graph_store: str | None,
        **options: Any,
    ) -> Any:
        how = {"user": user, "timeout": timeout, "graph_store": graph_store}
        how = {name: value for name, value in how.items() if value is not None}
        if endpoint is None and how:
            name = next(iter(how)).replace("_", "-")
            raise InputError(f"--{name} goes with --endpoint: add it, or leave this out")
        return command(*args, endpoint=endpoint and (endpoint, how), **options)

    for option in (
        click.option(
            "--graph-store",
            metavar="URL",
            help="Where the endpoint's graphs are read and put, if not at the usual place.",
        ),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            metavar="SECONDS",
            help="How long the endpoint may take for one request.",
        ),
        click.option(
            "--user",
            metavar="NAME",
            help="Log in to the endpoint; the password stands in GCM_LD_PASSWORD.",
        ),
        click.option("--endpoint", metavar="URL", help="A SPARQL 1.1 endpoint."),
    ):
        wrapper = option(wrapper)
    return wrapper


def LANGUAGE_OPTIONS(command: Callable[..., Any]) -> Any:  # noqa: N802 (a decorator like the others)
    """Add the options that choose a language, as the keyword ``language``.

    The command does its work inside ``with language.speaking(dataset):``.
    """

    @functools.wraps(command)
    def wrapper(
        *args: Any,
        lang: str | None,
        labels: tuple[Path, ...],
        missing: Path | None,
        **options: Any,
    ) -> Any:
        from gcm_ld.cli.language import Language

        return command(*args, language=Language(lang, labels, missing), **options)

    for option in (
        click.option(
            "--missing",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="With --lang: write what has no translation, to be filled in: labels (.ttl), "
            "messages (.po) or a list of both (.csv).",
        ),
        click.option(
            "--labels",
            multiple=True,
            type=click.Path(path_type=Path),
            metavar="PATH",
            help="With --lang: a file or folder of your own with labels (Turtle, N-Triples, "
            "RDF/XML) or messages (PO), such as the UN's vocabulary of the SDGs; may be repeated.",
        ),
        click.option(
            "--lang",
            metavar="CODE",
            help="Speak this language, such as sq; what has no translation stays English.",
        ),
    ):
        wrapper = option(wrapper)
    return wrapper


def source_options(paths: str) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that gives a command the keyword ``source``.

    :param paths: the command's own parameter of paths, which stands for ``--data``.
    """

    def decorate(command: Callable[..., Any]) -> Any:
        @functools.wraps(command)
        def wrapper(*args: Any, store: Path | None, endpoint: Any, **options: Any) -> Any:
            source = _open(paths, options.pop(paths), store, endpoint)
            return command(*args, source=source, **options)

        return STORE_OPTION(ENDPOINT_OPTIONS(wrapper))

    return decorate


def SOURCE_OPTIONS(command: Callable[..., Any]) -> Any:  # noqa: N802 (a decorator like the others)
    """Add the options that say where the data come from, as the keyword ``source``."""
    return DATA_OPTION(source_options("data")(command))


def _open(
    name: str,
    paths: tuple[Path, ...],
    store: Path | None,
    endpoint: tuple[str, dict[str, Any]] | None,
) -> Source:
    from gcm_ld.source import FileSource, StoreSource

    label = f"--{name}" if name == "data" else "PATH"
    given = {label: paths, "--store": store, "--endpoint": endpoint}
    named = [option for option, value in given.items() if value]
    if len(named) > 1:
        raise InputError(f"{' and '.join(named)} exclude each other: say one place of the data")
    if store is not None:
        return StoreSource(store)
    if endpoint is not None:
        from gcm_ld.cli.output import show_progress
        from gcm_ld.endpoint import EndpointOptions, EndpointSource

        url, how = endpoint
        return EndpointSource(url, EndpointOptions(**how), progress=show_progress)
    return FileSource(paths)
