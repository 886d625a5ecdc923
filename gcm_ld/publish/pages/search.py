"""The search: an index in small scripts, so that it works from a disk and under any address.

A word's entries stand in the shard named by its first characters, as few as keep the shard small.
The words are sorted in a temporary database, so that memory doesn't grow with the site.
"""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from gcm_ld.namespaces import GCMO, PREFIXES
from gcm_ld.publish.folder import STATE
from gcm_ld.publish.pages.lookup import Card, Lookup, shown_code
from gcm_ld.publish.pages.rendering import Renderer
from gcm_ld.publish.site import Site

__all__ = ["SearchPages", "fold", "shard_file", "tokens"]

#: Where a shard is split by one character more, in bytes.
LARGEST = 96_000
#: Most entries that a word lists: the nearest, as ranked here.
MOST = 150
_WORD = re.compile(r"\w+(?:\.\w+)*")
#: Where the publisher keeps what the index says of each resource, for the next time.
MEMORY = f"{STATE}/search.json.gz"
#: Name, code, kind, page and rank.
_Row = tuple[str, str, str, str, int]
#: Longer words are cut: nobody types them, and a name can be anything.
_LONGEST = 40
_LABEL = 160
_UNSAFE = {"<": "\\u003c", "\u2028": "\\u2028", "\u2029": "\\u2029"}
#: What is looked for less often than anything else comes last.
_LATE = {
    GCMO + "Alignment": 5,
    GCMO + "Assessment": 4,
    GCMO + "SourceAnomaly": 4,
    PREFIXES["qb"] + "Observation": 6,
    PREFIXES["dcat"] + "Distribution": 6,
}
_EARLY = {GCMO + "Framework", GCMO + "Objective", GCMO + "Goal", GCMO + "Country"}
_MIDDLE = {GCMO + "Action", GCMO + "Outcome", GCMO + "Target"}

Posting = tuple[str, int, str, str, str, str]
Token = tuple[str, list[Posting], int]


class SearchPages:
    """The page of the search, and its index.

    :param site: the site.
    :param lookup: names and links.
    :param renderer: the templates.
    """

    def __init__(self, site: Site, lookup: Lookup, renderer: Renderer) -> None:
        self.site = site
        self.lookup = lookup
        self.renderer = renderer

    def files(
        self, remembered: bytes | None = None, changed: Set[str] = frozenset()
    ) -> Iterator[tuple[str, bytes]]:
        """Yield the page, the shards of the index, what the index holds, and what to remember.

        :param remembered: what was yielded last as :data:`MEMORY`.
        :param changed: the resources that something else is said of since.
        """
        page = self.renderer.page("search", "search/index.html")
        yield "search/index.html", page
        shards: list[str] = []
        rows = self._rows(_unpack(remembered) if remembered else {}, changed)
        with TemporaryDirectory() as folder:
            database = sqlite3.connect(Path(folder) / "words.db")
            try:
                _collect(database, rows.values())
                for key, entries in groupby(_read(database), lambda token: token[0][:1]):
                    for name, content in _split(key, list(entries)):
                        shards.append(name)
                        yield shard_file(name), content
            finally:
                database.close()
        kinds = sorted({row[2] for row in rows.values()})
        yield "search/index.js", _script("index", {"shards": shards, "kinds": kinds, "most": MOST})
        yield MEMORY, _pack(rows)

    def _rows(self, known: Mapping[str, _Row], changed: Set[str]) -> dict[str, _Row]:
        """Return what the index says of each resource; what did not change is not looked up."""
        rows = {}
        for iri in self.site.resources:
            row = known.get(iri)
            if row is None or iri in changed:
                card = self.lookup.card(iri)
                row = (card.label, shown_code(card), self.lookup.kind(card), card.page, _rank(card))
            rows[iri] = row
        return rows


def _pack(rows: Mapping[str, _Row]) -> bytes:
    return gzip.compress(json.dumps(rows, ensure_ascii=False).encode(), mtime=0)


def _unpack(content: bytes) -> dict[str, _Row]:
    return {iri: tuple(row) for iri, row in json.loads(gzip.decompress(content)).items()}


def _collect(database: sqlite3.Connection, rows: Iterable[_Row]) -> None:
    """Write each resource under each of its words."""
    database.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; CREATE TABLE word "
        "(word TEXT, rank INTEGER, label TEXT, code TEXT, kind TEXT, url TEXT);"
    )
    insert = "INSERT INTO word VALUES (?, ?, ?, ?, ?, ?)"
    for name, code, kind, page, rank in rows:
        label = name if len(name) <= _LABEL else name[:_LABEL] + "…"
        exact = fold(code)
        database.executemany(
            insert,
            [(w, rank - (w == exact), label, code, kind, page) for w in tokens(name, code)],
        )
    database.execute("CREATE INDEX by_word ON word (word, rank, url)")


def _rank(card: Card) -> int:
    for kind in card.types:
        if kind in _LATE:
            return _LATE[kind]
    if not _EARLY.isdisjoint(card.types):
        return 1
    return 2 if not _MIDDLE.isdisjoint(card.types) else 3


def fold(text: str) -> str:
    """Return a text without accents and capitals, as the page's script folds it.

    >>> fold("Durrës"), fold("A2.2")
    ('durres', 'a2.2')
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.category(c).startswith("M")).lower()


def tokens(*texts: str) -> list[str]:
    """Return the words of some texts, each once and in order.

    >>> tokens("Labour-market data", "A2.2")
    ['a2.2', 'data', 'labour', 'market']
    """
    return sorted({w[:_LONGEST] for text in texts for w in _WORD.findall(fold(text))})


def _read(database: sqlite3.Connection) -> Iterator[Token]:
    """Yield each word with its first entries and their full number."""
    rows = database.execute("SELECT * FROM word ORDER BY word, rank, length(label), url")
    for word, found in groupby(rows, lambda row: row[0]):
        kept: list[Posting] = []
        count = 0
        for row in found:
            count += 1
            if count <= MOST:
                kept.append(row)
        yield word, kept, count


def _split(key: str, entries: list[Token]) -> Iterator[tuple[str, bytes]]:
    """Yield the shards of words that start alike."""
    content = _shard(key, entries)
    if len(content) <= LARGEST or len(key) >= _LONGEST:
        yield key, content
        return
    deeper = len(key) + 1
    for more, found in groupby(entries, lambda token: token[0][:deeper]):
        if more == key:  # the word itself
            yield key, _shard(key, list(found))
        else:
            yield from _split(more, list(found))


def _shard(key: str, entries: Iterable[Token]) -> bytes:
    table: dict[tuple[str, ...], int] = {}
    words: dict[str, list[int]] = {}
    cut: dict[str, int] = {}
    for word, postings, count in entries:
        words[word] = [table.setdefault(p[2:], len(table)) for p in postings]
        if count > len(postings):
            cut[word] = count
    return _script("w-" + key, {"e": [list(row) for row in table], "w": words, "n": cut})


def _script(key: str, value: object) -> bytes:
    """Write a call that hands a value to the page's script; no text in it can end it."""
    text = json.dumps([key, value], ensure_ascii=False, separators=(",", ":"))
    for character, escape in _UNSAFE.items():  # many times faster than str.translate here
        text = text.replace(character, escape)
    return f"(self.gcmSearch=self.gcmSearch||[]).push({text});\n".encode()


def shard_file(key: str) -> str:
    """Return the file of a shard; its name is fit for any disk.

    >>> shard_file("la"), shard_file("10."), shard_file("ж")
    ('search/w-la.js', 'search/w-10_2e.js', 'search/w-_436.js')
    """
    name = "".join(c if c.isascii() and c.isalnum() else f"_{ord(c):x}" for c in key)
    return f"search/w-{name}.js"
