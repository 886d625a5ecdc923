"""Where each resource stands in the published folder, and how pages lead to each other.

An IRI's steps become folders, so that any web server finds the files; nothing leads out of the
folder, and two names that one disk could take for the same are told before anything is written.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, unquote

from gcm_ld.errors import InputError
from gcm_ld.namespaces import COUNTRIES, SDG

__all__ = ["FORMATS", "Paths", "check_names", "link", "url_of"]

#: ending → media type of what a resource's description comes in; the page is first.
FORMATS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "nt": "application/n-triples",
}
#: What a file's name holds as it is; everything else keeps its percent-encoding.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|%#\s]|^\.|\.$|^~')
#: Names that need no second look, unless they are a device's.
_PLAIN = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9_.-]{0,200}[A-Za-z0-9_-])?")
#: Names that Windows keeps for devices, whatever their ending.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_LONGEST = 240


class Paths:
    """The map from IRIs to files.

    :param base: the IRI that the site's own resources start with, ending in ``/``.

    >>> paths = Paths("https://w3id.org/gcm-ld/")
    >>> paths.page("https://w3id.org/gcm-ld/id/gcm/action/1.a")
    'id/gcm/action/1.a.html'
    >>> paths.page("http://metadata.un.org/sdg/10.7"), paths.stem("http://metadata.un.org/sdg")
    ('sdg/10.7.html', 'sdg')
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self._stems: dict[str, str] = {}
        # The longest first: a base of one's own may lie below another.
        roots = {base + "id/": "id/", "https://w3id.org/gcm-ld/id/": "id/"}
        roots |= {SDG + "/": "sdg/", COUNTRIES + "/": "country/"}
        self._roots = sorted(roots.items(), key=lambda item: -len(item[0]))

    def stem(self, iri: str) -> str:
        """Return a resource's file without its ending, with ``/`` between steps.

        :raises InputError: if the name is longer than a disk can hold.
        """
        stem = self._stems.get(iri)
        if stem is None:
            stem = self._stems[iri] = self._find(iri)
        return stem

    def _find(self, iri: str) -> str:
        if iri == SDG:
            return "sdg"
        for root, folder in self._roots:
            if iri.startswith(root) and len(iri) > len(root):
                return folder + _steps(iri, iri[len(root) :])
        _, _, rest = iri.partition(":")
        path, mark, extra = rest.partition("#" if "#" in rest else "?")
        steps = "/".join(step for step in path.split("/") if step) or "%20"
        return "resource/" + _steps(iri, steps + quote(mark + extra, safe=""))

    def page(self, iri: str) -> str:
        """Return the file of a resource's page."""
        return self.stem(iri) + ".html"


def _steps(iri: str, path: str) -> str:
    return "/".join(_step(iri, step) for step in path.split("/"))


def _step(iri: str, step: str) -> str:
    """Turn one step of an IRI into a name that every disk takes and that leads nowhere else."""
    if _PLAIN.fullmatch(step) and not _DEVICES.match(step):
        return step
    text = unicodedata.normalize("NFC", unquote(step))
    name = _UNSAFE.sub(lambda m: quote(m[0], safe=""), text)
    name = "".join(
        quote(c, safe="") if "\ud800" <= c <= "\udfff" or c == "\ufffd" else c for c in name
    )
    if not name:
        name = "%20"
    if name.startswith(".") or _UNSAFE.search(name.replace("%", "")) or _DEVICES.match(name):
        name = "%" + f"{ord(name[0]):02X}" + name[1:]
    if name.endswith("."):
        name = name[:-1] + "%2E"
    if len(name.encode()) > _LONGEST:
        raise InputError(
            f"{iri}: the name of its file would be longer than a disk can hold ({_LONGEST} "
            "bytes): give the resource a shorter code"
        )
    return name


def check_names(names: Iterable[str]) -> None:
    """Refuse names that a disk without regard for case, or a folder, would take for one.

    :param names: files, with ``/`` between steps.
    :raises InputError: naming both.
    """
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        key = name.casefold()
        other = files.setdefault(key, name)
        if other != name or folders.get(key):
            _clash(name, other if other != name else folders[key])
        step = posixpath.dirname(name)
        while step and step.casefold() not in folders:
            folders[step.casefold()] = step
            step = posixpath.dirname(step)
        if step and folders[step.casefold()] != step:
            _clash(step, folders[step.casefold()])
    for key, folder in folders.items():
        if key in files:
            _clash(files[key], folder)


def _clash(one: str, other: str) -> None:
    raise InputError(
        f"{one} and {other}: a disk that takes capitals and small letters for the same can't "
        "hold both: give one of the two resources another code"
    )


def url_of(name: str) -> str:
    """Return a file's name as a relative URL, escaped.

    >>> url_of("id/a/ë%2F1.html")
    'id/a/%C3%AB%252F1.html'
    """
    return quote(name, safe="/-._~!$&'()*+,;=@")


def link(source: str, target: str) -> str:
    """Return the relative URL that leads from one file of the site to another.

    :param source: the file that holds the link.
    :param target: the file that it leads to; a fragment may follow after ``#``.

    >>> link("id/gcm/action/1.a.html", "id/gcm.html"), link("index.html", "sdg/10.7.html#links")
    ('../../gcm.html', 'sdg/10.7.html#links')
    """
    path, mark, fragment = target.partition("#")
    relative = posixpath.relpath(path, posixpath.dirname(source) or ".")
    return url_of(relative) + mark + fragment
