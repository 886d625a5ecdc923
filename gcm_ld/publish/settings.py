"""What a publisher says of the publication: read from a settings file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcm_ld.errors import FileError, InputError, did_you_mean
from gcm_ld.files import read_bytes
from gcm_ld.namespaces import GCMO, ONTOLOGY, RDF, SKOS
from gcm_ld.publish.values import (
    a_code,
    a_date,
    a_license,
    a_text,
    an_address,
    an_email,
    an_iri,
    base_address,
    many,
)
from gcm_ld.turtle import read_turtle

if TYPE_CHECKING:
    from gcm_ld.dataset import Dataset

__all__ = ["Agent", "Settings", "Version", "Wording", "read_settings", "settings_template"]

_HOME = ONTOLOGY.removesuffix("ontology")
_FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True)
class Agent:
    """A publisher, creator or contact.

    :param type: what kind of publisher it is, a code of ADMS such as ``NationalAuthority``.
    """

    name: str = ""
    iri: str | None = None
    type: str | None = None
    homepage: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Version:
    """An earlier version, and where it is still to be found, if anywhere."""

    version: str = ""
    date: str | None = None
    notes: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Title and description of a dataset or series, where those made of the data won't do."""

    title: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Who publishes what, and where.

    :param languages: two-letter codes.
    :param base_iri: the IRI that the site's own resources start with, ending in ``/``.
    :param site_url: the address that the folder is served at, ending in ``/``.
    :param date: the day of publication, ``YYYY-MM-DD``.
    :param issued: the day of the first publication; :attr:`date` if not given.
    :param license: a code such as ``CC-BY-4.0``, or an IRI.
    :param access: ``PUBLIC``, ``RESTRICTED`` or ``NON_PUBLIC``.
    :param themes: codes of the EU's data themes.
    :param subjects: IRIs, such as EuroVoc's.
    :param places: codes of countries (ISO 3166-1 alpha-3), or IRIs; those of the data if none.
    :param start: the first day that the data tell of; that of the data if not given.
    :param frequency: a code of the EU's frequencies.
    :param previous: earlier versions, the latest first.
    :param datasets: wording by the name of the dataset, such as ``alb/claims``.
    :param series: wording by the name of the folder, such as ``alb``.
    :param file: the settings file, for messages.
    """

    title: str
    description: str
    languages: tuple[str, ...] = ("en",)
    keywords: tuple[str, ...] = ()
    base_iri: str = _HOME
    site_url: str = _HOME
    date: str | None = None
    issued: str | None = None
    publisher: Agent = Agent()
    contact: Agent = Agent()
    creators: tuple[Agent, ...] = ()
    license: str | None = None
    rights: str | None = None
    access: str | None = None
    themes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    frequency: str | None = None
    version: str | None = None
    version_notes: str | None = None
    previous: tuple[Version, ...] = ()
    landing_page: str | None = None
    legislation: tuple[str, ...] = ()
    datasets: Mapping[str, Wording] = field(default_factory=dict)
    series: Mapping[str, Wording] = field(default_factory=dict)
    file: str = field(default="publish.toml", repr=False)


# -- what may stand in the file -------------------------------------------------------------------

#: Takes a value as TOML has it and gives it as we keep it; ValueError says what is wrong.
_Check = Callable[[Any], Any]
_Table = Mapping[str, _Check]

_AGENT: _Table = {
    "name": a_text,
    "iri": an_iri,
    "type": a_code("publishertype"),
    "homepage": an_address,
}
_CONTACT: _Table = {"name": a_text, "email": an_email, "url": an_address}
_VERSION: _Table = {"version": a_text, "date": a_date, "notes": a_text, "url": an_address}
_WORDING: _Table = {"title": a_text, "description": a_text}
_VALUES: _Table = {
    "title": a_text,
    "description": a_text,
    "languages": many(a_code("language")),
    "keywords": many(a_text),
    "base_iri": base_address,
    "site_url": base_address,
    "date": a_date,
    "issued": a_date,
    "license": a_license,
    "rights": a_text,
    "access": a_code("access-right"),
    "themes": many(a_code("data-theme")),
    "subjects": many(an_iri),
    "places": many(a_text),
    "start": a_date,
    "end": a_date,
    "frequency": a_code("frequency"),
    "version": a_text,
    "version_notes": a_text,
    "landing_page": an_address,
    "legislation": many(an_iri),
}
#: Tables, lists of tables, and tables of tables.
_Shape = tuple[Callable[..., Any], _Table]
_ONE: Mapping[str, _Shape] = {"publisher": (Agent, _AGENT), "contact": (Agent, _CONTACT)}
_LISTS: Mapping[str, _Shape] = {"creator": (Agent, _AGENT), "previous": (Version, _VERSION)}
_NAMED: Mapping[str, _Shape] = {"dataset": (Wording, _WORDING), "series": (Wording, _WORDING)}
#: Setting → field, where the two differ: one such table says one thing, the field holds all.
_FIELDS = {"creator": "creators", "dataset": "datasets"}


class _Reader:
    """Reads settings and gathers everything that is wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def read(self, found: Mapping[str, Any]) -> dict[str, Any]:
        known = [*_VALUES, *_ONE, *_LISTS, *_NAMED]
        self._unknown(found, known, "")
        kept: dict[str, Any] = self._values(found, _VALUES, "")
        for name, (cls, table) in _ONE.items():
            if name in found and self._is_table(found[name], name):
                kept[name] = cls(**self._table(found[name], table, name))
        for name, (cls, table) in _LISTS.items():
            if name in found:
                kept[_FIELDS.get(name, name)] = tuple(self._list(found[name], cls, table, name))
        for name, (cls, table) in _NAMED.items():
            if name in found and self._is_table(found[name], name):
                kept[_FIELDS.get(name, name)] = {
                    inner: cls(**self._table(value, table, f'{name}."{inner}"'))
                    for inner, value in sorted(found[name].items())
                    if self._is_table(value, f'{name}."{inner}"')
                }
        return kept

    def _list(self, found: Any, cls: Any, table: _Table, name: str) -> list[Any]:
        if not isinstance(found, list) or not all(isinstance(v, dict) for v in found):
            self.faults.append(f"{name}: write each under a line [[{name}]] of its own")
            return []
        return [cls(**self._table(v, table, f"{name} {n}")) for n, v in enumerate(found, 1)]

    def _table(self, found: Mapping[str, Any], table: _Table, name: str) -> dict[str, Any]:
        self._unknown(found, table, name + ".")
        return self._values(found, table, name + ".")

    def _is_table(self, value: Any, name: str) -> bool:
        if isinstance(value, dict):
            return True
        self.faults.append(f"{name}: write it as a table, under a line [{name}]")
        return False

    def _unknown(self, found: Mapping[str, Any], known: Any, prefix: str) -> None:
        for key in found:
            if key not in known:
                near = did_you_mean(key, known) or f" There are {', '.join(known)}."
                self.faults.append(f"{prefix}{key}: no such setting.{near}")

    def _values(self, found: Mapping[str, Any], table: _Table, prefix: str) -> dict[str, Any]:
        kept = {}
        for key, check in table.items():
            if key in found:
                try:
                    kept[key] = check(found[key])
                except ValueError as error:
                    self.faults.append(f"{prefix}{key}: {error}")
        return kept


def read_settings(
    path: Path | None,
    *,
    dataset: Dataset | None = None,
    base_iri: str | None = None,
    date: str | None = None,
) -> Settings:
    """Read a settings file.

    :param path: the file; without it, the shipped settings for the shipped data, and what the
        data say of themselves for one's own.
    :param dataset: what is published; the shipped data if not given.
    :param base_iri: stands in for the setting of that name.
    :param date: stands in for the setting of that name.
    :raises FileError: if the file can't be read or is not TOML.
    :raises InputError: naming every setting that is wrong, and how to mend it.
    """
    own = dataset is not None and dataset.own
    if path is None and not own:
        path = _FOLDER / "settings.toml"
    found = _read_toml(path) if path else {}
    reader = _Reader()
    kept = reader.read(found)
    faults = [f"{path}: {fault}" for fault in reader.faults]
    for name, check, value in (("base_iri", base_address, base_iri), ("date", a_date, date)):
        if value is not None:
            try:
                kept[name] = check(value)
            except ValueError as error:
                faults.append(f"--{name.replace('_', '-')}: {error}")
    if faults:
        raise InputError("\n".join(faults))
    if "base_iri" in kept and "site_url" not in kept:
        kept["site_url"] = kept["base_iri"]  # IRIs that lead to what they name
    if dataset is not None and own and "title" not in kept:
        kept["title"] = _title(dataset)
    kept.setdefault("title", "gcm-ld")
    kept.setdefault("description", "")
    return Settings(file=str(path) if path else "publish.toml", **kept)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FileError(path, "this is not UTF-8 text: save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise FileError(path, f"this is not TOML: {error}") from None


def _title(dataset: Dataset) -> str:
    """Return the name of the framework of which one's own data describe most."""
    labels: dict[str, str] = {}
    members: dict[str, int] = {}
    for path in dataset.files:  # one after the other: many countries need no more memory
        for t in read_turtle(path):
            subject, value = getattr(t.subject, "value", ""), getattr(t.object, "value", "")
            if t.predicate.value == RDF + "type" and value == GCMO + "Framework":
                members.setdefault(subject, 0)
            elif t.predicate.value == SKOS + "prefLabel":
                labels[subject] = value
            elif t.predicate.value == SKOS + "inScheme":
                members[value] = members.get(value, 0) + 1
    named = [iri for iri in members if iri in labels]
    return labels[min(named, key=lambda iri: (-members[iri], iri))] if named else ""


def settings_template() -> str:
    """Return a settings file to start from, with comments."""
    return (_FOLDER / "publish.toml").read_text(encoding="utf-8")
