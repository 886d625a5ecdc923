"""What a portal's harvester would stumble over, told before anything is published.

The shapes in ``shapes/catalogue/`` decide; each names the setting that mends what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from gcm_ld.dataset import Dataset
from gcm_ld.namespaces import GCMSH
from gcm_ld.publish.catalogue import Distribution, build_catalogue, everything
from gcm_ld.publish.dumps import MEDIA_TYPES, Dump
from gcm_ld.publish.figures import Figures, count
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site
from gcm_ld.publish.statements import day
from gcm_ld.resources import folder
from gcm_ld.turtle import read_turtle
from gcm_ld.validate import SEVERITIES, validate_triples
from gcm_ld.words import plural

__all__ = ["Finding", "rehearse", "review"]

_SETTING = GCMSH + "setting"
_OWN = "own.ttl"


@dataclass(frozen=True)
class Finding:
    """One thing that a harvester would stumble over.

    :param severity: ``Violation``, ``Warning`` or ``Info``.
    :param setting: what mends it in the settings file, such as ``publisher.name``.
    """

    severity: str
    setting: str
    problem: str
    cure: str

    @property
    def text(self) -> str:
        """Problem and cure in one sentence."""
        return f"{self.problem}: {self.cure}"


def rehearse(
    dataset: Dataset,
    settings: Settings,
    *,
    today: str | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Finding]:
    """Make the catalogue record, but no file, and judge it.

    :param dataset: the shipped data, or one's own.
    :param settings: who publishes it, and where.
    :param today: the day of today, to tell a day that is yet to come.
    :param progress: told what is going on.
    :returns: what was found, the gravest first.
    :raises InputError: if something can't be published as it is.
    """
    site = Site(dataset, settings, progress)
    progress("counting")
    figures: dict[str, Figures] = {}
    files = [_file("all", everything(site), ending) for ending in MEDIA_TYPES]
    for part in site.own_parts:
        dump = Dump.of(part.graph, site.triples(part), site.derived(part))
        figures[part.iri] = count(dump)
        files += [_file(part.name, part.iri, e) for e in MEDIA_TYPES if e != "trig"]
    progress("catalogue")
    return review(site, build_catalogue(site, files, figures), today=today)


def _file(name: str, dataset: str, ending: str) -> Distribution:
    """Return a file that is yet to be made: its size and checksum are nobody's concern here."""
    media, compressed = MEDIA_TYPES[ending]
    return Distribution(
        path=f"dumps/{name}.{ending}",
        dataset=dataset,
        format=ending,
        media_type=media,
        compressed=compressed,
        size=0,
        sha256="0" * 64,
    )


def review(
    site: Site, catalogue: Iterable[ox.Triple], *, today: str | None = None
) -> list[Finding]:
    """Judge a catalogue record by our shapes.

    :param site: what is published.
    :param catalogue: the record.
    :param today: see :func:`rehearse`.
    """
    triples = list(catalogue)
    if today:
        triples.append(day(f"{site.base}id/catalogue", "gcmsh:today", today))
    shapes = _shapes(own=site.dataset.own)
    settings = _settings(shapes)
    names = {part.iri: part.name for part in site.own_parts}
    found: dict[tuple[str, str, str], list[str]] = {}
    findings = validate_triples(triples, shapes=shapes)
    whole = {settings.get(finding.shape, "") for finding in findings}
    for finding in findings:
        setting = settings.get(finding.shape, "")
        message = finding.message
        if setting.startswith("dataset."):
            if finding.node not in names or setting.removeprefix("dataset.") in whole:
                continue  # the words for everything are what is wrong, and told already
            name = f'dataset."{names[finding.node]}"'
            setting = setting.replace("dataset", name, 1)
            message = message.replace('dataset."…"', name)
        found.setdefault((finding.severity, setting, finding.shape), []).append(message)
    order = {severity: n for n, severity in enumerate(SEVERITIES)}
    return [
        _finding(severity, setting, messages)
        for (severity, setting, _), messages in sorted(
            found.items(), key=lambda item: (order[item[0][0]], item[0])
        )
    ]


def _finding(severity: str, setting: str, messages: list[str]) -> Finding:
    problem, _, cure = messages[0].rpartition(": ")
    more = len(set(messages)) - 1
    if more:
        problem += f" (and {plural(more, 'other')})"
    return Finding(severity, setting, problem, cure)


def _shapes(*, own: bool) -> list[Path]:
    """List the shapes files; those on addresses of one's own are for one's own data."""
    files = sorted((folder("shapes") / "catalogue").glob("*.ttl"))
    return [path for path in files if own or path.name != _OWN]


def _settings(shapes: Iterable[Path]) -> dict[str, str]:
    return {
        t.subject.value: str(t.object.value)  # type: ignore[union-attr]
        for path in shapes
        for t in read_turtle(path)
        if t.predicate.value == _SETTING
    }
