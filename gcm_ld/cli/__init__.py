"""The ``gcm-ld`` command: the only place that prints or exits.

Exit status: 0 fine; 1 the data does not conform, or a claim fails; 2 the input or the call is
wrong.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from typing import Any

import click

from gcm_ld import __version__
from gcm_ld.errors import GcmLdError, did_you_mean

__all__ = ["COMMANDS", "group", "main"]

#: command → its module in this package and its line in the list of commands. Modules are
#: imported only when their command runs.
COMMANDS = {
    "check": ("check", "Check the ontology: logic, roll-up, style and formatting."),
    "claims": ("claims", "Hold the figures that a source publishes against the data."),
    "diff": ("diff", "Tell what changed between two states of the data."),
    "explain": ("explain", "Show the values and links that a figure of progress comes from."),
    "export": ("export", "Write a framework and its crosswalk as tables or in exchange formats."),
    "format": ("format", "Write Turtle files in their canonical form."),
    "import": ("import_", "Turn filled-in tables into linked data."),
    "load": ("load", "Load data into a store on disk, or into an endpoint."),
    "publish": ("publish", "Publish the data as a folder of static files for any web server."),
    "query": ("query", "Ask a question of the library, or one of your own."),
    "report": ("report", "Report on coverage, gaps, progress, SDGs, indicators and the calendar."),
    "review": ("review", "Write the first draft of a national review of the Compact."),
    "score": ("score", "Score ontology, data and links against published criteria."),
    "serve": ("serve", "Serve the data: a SPARQL endpoint, pages and a query editor."),
    "suggest": ("suggest", "Suggest actions and SDG targets for a strategy's outcomes."),
    "synth": ("synth", "Make a synthetic world of countries to try things on."),
    "template": ("template", "Make the workbook in which a country fills in its crosswalk."),
    "validate": ("validate", "Validate data against the shapes."),
    "wording": ("wording", "Add the Compact's official wording from your own copy."),
}


#: A disk that is full or broken, or a limit that is reached.
_FULL = frozenset((errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC))


class _LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"gcm_ld.cli.{COMMANDS[name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS)
            raise click.UsageError(f"no command {args[0]!r}: 'gcm-ld --help' lists them.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in sorted(COMMANDS.items())])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gcm-ld")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def group(debug: bool) -> None:
    r"""Policy crosswalks as linked data.

    The Global Compact for Migration, the SDGs and national strategies: validated, counted and
    asked.

    \b
    Example:
      gcm-ld report coverage
    """


def main() -> None:
    """Run the command line."""
    debug = "--debug" in sys.argv[1:]
    try:
        status = group.main(prog_name="gcm-ld", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except GcmLdError as error:
        if debug:
            raise
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output has gone (``| head``): leave quietly.
        _close_output()
        sys.exit(0)
    except OSError as error:
        if debug or error.errno not in _FULL or error.filename is not None:
            raise
        _close_output()
        click.echo(f"Error: the output can't be written ({error.strerror})", err=True)
        sys.exit(2)


def _close_output() -> None:
    """Let what is still to be printed go, so that Python does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
