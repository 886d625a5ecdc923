"""What can go wrong, as one tree.

- GcmLdError                 everything below
  - InputError               the input or the call is wrong: exit status 2
    - FileError              a file that can't be read, parsed or written
    - EmptyDatasetError      nothing in it to ask
    - QueryError             an unknown query, a wrong parameter, bad SPARQL
      - EndpointError        an endpoint that refused or could not be reached (store.web)
  - MissingExtraError        an optional package is not installed

Faults in the *data* are not errors but findings (:mod:`gcm_ld.validate`).
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "EmptyDatasetError",
    "FileError",
    "GcmLdError",
    "InputError",
    "MissingExtraError",
    "QueryError",
    "did_you_mean",
]


class GcmLdError(Exception):
    """Anything that gcm-ld can explain in one sentence."""


class InputError(GcmLdError):
    """The input or the call is wrong, and the message says how to mend it."""


class FileError(InputError):
    """A file that can't be read, parsed or written.

    :param path: the file as the user named it.
    :param problem: what is wrong, with its cure.
    :param line: 1-based line, where known.
    :param column: 1-based column, where known.
    """

    def __init__(
        self, path: object, problem: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        self.path, self.problem, self.line, self.column = path, problem, line, column
        place = str(path)
        if line is not None:
            place += f", line {line}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {problem}")


class EmptyDatasetError(InputError):
    """A dataset in which there is nothing to ask."""


class QueryError(InputError):
    """An unknown query, a missing or malformed parameter, or bad SPARQL."""


class MissingExtraError(GcmLdError):
    """An optional package is needed.

    :param package: the package that could not be imported.
    :param extra: the extra of gcm-ld that brings it.
    :param purpose: what it is needed for.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package, self.extra = package, extra
        super().__init__(f"{purpose} needs {package}: pip install 'gcm-ld[{extra}]'")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean "…"?`` for the nearest known word, or nothing.

    >>> did_you_mean("covrage", ["coverage", "gaps"])
    ' Did you mean "coverage"?'
    """
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1)
    return f' Did you mean "{near[0]}"?' if near else ""
