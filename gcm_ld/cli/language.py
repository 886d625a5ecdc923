"""The language that a command speaks: what ``--lang``, ``--labels`` and ``--missing`` ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gcm_ld.errors import InputError

if TYPE_CHECKING:
    from gcm_ld.dataset import Dataset
    from gcm_ld.language import Speech

__all__ = ["Language"]


class Language:
    """A choice of language.

    :param code: its tag; English if not given.
    :param labels: files and folders of one's own with labels and messages.
    :param missing: the file to write what has no translation to.
    :raises InputError: if something goes with a language and there is none.
    """

    def __init__(
        self, code: str | None, labels: tuple[Path, ...] = (), missing: Path | None = None
    ) -> None:
        self.code = code or "en"
        if self.english and (labels or missing):
            option = "--labels" if labels else "--missing"
            raise InputError(
                f"{option} goes with --lang and another language than English: add --lang sq"
            )
        if missing is not None and missing.suffix.lower() not in (".po", ".ttl", ".csv"):
            raise InputError(
                f"--missing can't write {missing}: name a file that ends in .po (messages), .ttl "
                "(labels) or .csv (a list of both)"
            )
        self.labels = labels
        self.missing = missing

    @property
    def english(self) -> bool:
        """Whether nothing is to be translated."""
        return self.code.lower().partition("-")[0] == "en"

    @contextmanager
    def speaking(
        self, dataset: Dataset, *, besides: Iterable[tuple[str, str, str]] = ()
    ) -> Iterator[None]:
        """Speak the language inside the block, and say afterwards what it lacks.

        :param dataset: the data whose labels are to be shown.
        :param besides: what else is shown, by IRI, code and English label.
        :raises InputError: if there is nothing in the language, or a file can't be read.
        """
        if self.english:
            yield
            return
        from gcm_ld.language import using
        from gcm_ld.report.localize import read_language

        catalogue, labels = read_language(
            dataset, self.code, self.labels, besides=besides, new=self.missing is not None
        )
        with using(self.code, labels=labels, catalogue=catalogue) as spoken:
            yield
        self._tell(spoken)

    def _tell(self, spoken: Speech) -> None:
        from gcm_ld.words import plural

        for remark in spoken.remarks:
            click.echo(remark, err=True)
        counts = (len(spoken.labels.missing), "label"), (len(spoken.missing), "message")
        found = " and ".join(plural(n, noun) for n, noun in counts if n)
        if self.missing is not None:
            from gcm_ld.files import write_text
            from gcm_ld.report.localize import write_missing

            write_text(self.missing, write_missing(spoken, self.missing))
            click.echo(f"wrote {self.missing}", err=True)
        elif found:
            has = "has" if sum(n for n, _ in counts) == 1 else "have"
            click.echo(
                f"{found} {has} no {spoken.catalogue.name} and stayed English: --missing FILE.ttl "
                "writes the labels, FILE.po the messages, to be filled in",
                err=True,
            )
