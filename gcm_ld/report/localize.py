"""Reports in another language: where its labels come from, and what has none.

Labels come from the user's own files first, then from the data themselves, then from those that
gcm-ld has in ``language/``. They are found by IRI, and each for itself: what has none stays
English. Reports ask and compare in English; :func:`localize` puts their cells into the language
in use when they are shown.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gcm_ld.dataset import Dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.files import read_bytes
from gcm_ld.language import Catalogue, Labels, Speech, find_catalogue, label
from gcm_ld.language.catalogue import fallbacks, read_catalogue
from gcm_ld.language.labels import Named
from gcm_ld.namespaces import DCTERMS, RDFS, SKOS
from gcm_ld.report.model import Report, Table
from gcm_ld.store import Value

__all__ = ["VERBATIM", "list_missing", "localize", "read_language", "write_missing"]

#: Columns that hold what a source says, word for word.
VERBATIM = ("cell", "verbatim")
#: Properties that name a thing, the first wins; a definition is no name.
_NAMES = (SKOS + "prefLabel", RDFS + "label", DCTERMS + "title")
_DEFINITION = SKOS + "definition"
#: The files that labels are read from, by the ends of their names.
_FORMATS = (".ttl", ".nt", ".rdf", ".xml", ".owl")
_LANGUAGE = Path(__file__).resolve().parent.parent / "language"
#: A tag as BCP 47 forms them, without its rarer parts.
_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

#: A file, and whether it was named itself rather than the folder that it stands in.
_File = tuple[Path, bool]
#: IRI → property → label.
_Texts = dict[str, dict[str, str]]


def localize(report: Report) -> Report:
    """Return a report whose cells are in the language in use; keys and numbers stay.

    :param report: the report. Its sentences are in the language already if it was built in it.
    """
    return report._replace(
        tables=tuple(map(_localize_table, report.tables)),
        views=tuple(map(_localize_table, report.views)),
    )


def _localize_table(table: Table) -> Table:
    kept = {i for i, key in enumerate(table.keys) if key in VERBATIM}

    def line(row: tuple[Value, ...]) -> tuple[Value, ...]:
        hints = [c for c in row if isinstance(c, str)]
        return tuple(
            label(cell, *hints) if isinstance(cell, str) and i not in kept else cell
            for i, cell in enumerate(row)
        )

    return table._replace(rows=tuple(map(line, table.rows)))


def read_language(
    dataset: Dataset,
    code: str,
    files: Iterable[Path] = (),
    *,
    besides: Iterable[tuple[str, str, str]] = (),
    new: bool = False,
) -> tuple[Catalogue, Labels]:
    """Read the messages and labels of a language.

    :param dataset: the data whose labels are to be shown.
    :param code: the language's tag, such as ``sq``.
    :param files: the user's own: labels as Turtle, N-Triples or RDF/XML, messages as PO; folders
        of these.
    :param besides: what is shown and not in the data, by IRI, code and English ``skos:prefLabel``.
    :param new: whether the language may be one that there is nothing in yet.
    :raises FileError: if one can't be read.
    :raises InputError: if there is nothing in this language.

    >>> from gcm_ld import open_dataset
    >>> from gcm_ld.language import using
    >>> catalogue, labels = read_language(open_dataset(), "sq")
    >>> with using("sq", catalogue=catalogue, labels=labels):
    ...     label("Quality education")
    'Arsim cilësor'
    """
    if not _TAG.fullmatch(code):
        raise InputError(f"--lang {code!r} is no language tag: write it as sq or fr-CA")
    graphs, catalogues = _list_files(files)
    labels = Labels()
    own: list[_Texts] = [_read_file(path, code, named=named) for path, named in graphs]
    shipped = [p for tag in fallbacks(code) if (p := _LANGUAGE / f"{tag}.ttl").is_file()]
    english: dict[tuple[str, str], list[str]] = defaultdict(list)
    codes: dict[str, set[str]] = defaultdict(set)
    inside: list[tuple[int, str, str, str]] = []
    wanted = fallbacks(code)
    for row in dataset.query("select_labels", language=wanted[-1]).dicts():
        thing, name, text, tag, notation = (
            str(row[k] or "") for k in ("thing", "property", "text", "tag", "code")
        )
        if notation:
            codes[thing].add(notation)
        if tag.partition("-")[0] == "en":
            english[thing, name].append(text)
        elif tag in wanted:
            inside.append((wanted.index(tag), thing, name, text))
    for thing, notation, text in besides:
        if thing not in codes:
            codes[thing].add(notation)
            english[thing, SKOS + "prefLabel"].append(text)
    sources = [*own, _prefer(inside), *(_read_file(path, code) for path in shipped)]
    for (thing, name), texts in english.items():
        found = _find(sources, thing, name)
        for text in dict.fromkeys(texts):
            labels.add(text, Named(thing, name), found, codes=codes[thing])
    return _catalogue(code, catalogues, files, known=new or len(labels) > 0), labels


def _find(sources: Sequence[_Texts], thing: str, name: str) -> str | None:
    """Return a thing's label: by the same property, or else by another that names it."""
    names = [name, *(n for n in _NAMES if n != name)] if name in _NAMES else [name]
    for source in sources:
        texts = source.get(thing, {})
        for each in names:
            if each in texts:
                return texts[each]
    return None


def _prefer(found: Iterable[tuple[int, str, str, str]]) -> _Texts:
    """Put labels by thing and property; that whose tag is nearest wins, and then the first."""
    texts: _Texts = defaultdict(dict)
    for _, thing, name, text in sorted(found):
        # A blank one is still to be filled in.
        if plain := " ".join(text.split()):
            texts[thing].setdefault(name, plain)
    return texts


def _list_files(paths: Iterable[Path]) -> tuple[list[_File], list[_File]]:
    """List the files of labels, and those of messages."""
    graphs: list[_File] = []
    catalogues: list[_File] = []
    for path in paths:
        if not path.exists():
            raise FileError(path, "no such file or folder: check --labels")
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        chosen = [p for p in files if p.suffix.lower() in (*_FORMATS, ".po")]
        if not chosen:
            raise FileError(
                path,
                "no labels here: --labels takes Turtle (.ttl), N-Triples (.nt), RDF/XML (.rdf) "
                "and messages (.po)",
            )
        for file in chosen:
            kind = catalogues if file.suffix.lower() == ".po" else graphs
            kind.append((file, not path.is_dir()))
    return graphs, catalogues


def _catalogue(
    code: str, files: Iterable[_File], given: Iterable[Path], *, known: bool
) -> Catalogue:
    """Find the messages of a language: the user's own before those of gcm-ld."""
    wanted = fallbacks(code)
    base, unknown = Catalogue(code=code, name=code), None
    try:
        base = find_catalogue(code)
    except InputError as error:
        unknown = error
    own = []
    for path, named in files:
        found = read_catalogue(path, base=base)
        if named and not _TAG.fullmatch(found.code):
            raise FileError(path, "its header has no Language: add it, such as Language: sq")
        if found.code in wanted or wanted[0] in fallbacks(found.code):
            own.append(found)
        elif named:
            raise FileError(
                path, f"its Language is {found.code}, and --lang asks for {code}: name another file"
            )
    if unknown is not None and not own and not known:
        names = ", ".join(str(p) for p in given)
        before = f"{names}: nothing in {code!r}, and " if names else ""
        raise InputError(f"{before}{unknown}")
    for found in reversed(own):
        base = found.over(base)
    return base


def _read_file(path: Path, code: str, *, named: bool = False) -> _Texts:
    """Read the labels of a file in a language, by thing and property.

    :raises FileError: if the file can't be read, or was named itself and has no such label.
    """
    wanted = fallbacks(code)
    found, others = [], set()
    for subject, name, text, tag in _read_literals(path):
        tag = tag.lower()
        if tag in wanted and (name in _NAMES or name == _DEFINITION):
            found.append((wanted.index(tag), subject, name, text))
        others.add(tag)
    if named and not found:
        has = f"those are in {', '.join(sorted(others))}" if others else "it has no texts at all"
        raise FileError(path, f"no label in {code} here ({has}): check --labels and --lang")
    return _prefer(found)


def _read_literals(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Iterate the texts with a language: subject, property, text and tag."""
    import pyoxigraph as ox

    suffix = path.suffix.lower()
    format_ = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES}.get(
        suffix, ox.RdfFormat.RDF_XML
    )
    content = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        for quad in ox.parse(content, format=format_):
            value = quad.object
            if isinstance(value, ox.Literal) and value.language:
                subject = getattr(quad.subject, "value", "")
                yield subject, quad.predicate.value, value.value, value.language
    except SyntaxError as error:
        problem = re.sub(r"^Parser error at line \d+ .*?: ", "", str(error.msg).splitlines()[0])
        what = {".ttl": "Turtle", ".nt": "N-Triples"}.get(suffix, "RDF/XML")
        raise FileError(
            path, f"this is not {what}: {problem}", line=error.lineno, column=error.offset
        ) from None


def list_missing(spoken: Speech) -> list[tuple[str, str, str]]:
    """List what stayed English: what it is, where it belongs, and the English text.

    :param spoken: the language, after the reports were made.
    """
    rows = [("message", "", text) for text in spoken.missing]
    for text in sorted(spoken.labels.missing):
        rows += [("label", thing.iri, text) for thing in spoken.labels.things(text)]
    return rows


def write_missing(spoken: Speech, path: Path) -> str:
    """Write what stayed English in a form that a translator fills in.

    What a file of messages or labels holds already is kept, so that no translation is lost by
    asking again; a list is made anew.

    :param spoken: the language, after the reports were made.
    :param path: where it goes: ``.po`` for the messages, ``.ttl`` for the labels, ``.csv`` for a
        list of both. The file is read, if there is one, and not written.
    :returns: the content of the file.
    :raises InputError: if its name has another ending.
    :raises FileError: if there is such a file already and it is not of that kind.
    """
    suffix = path.suffix.lower()
    if suffix == ".po":
        return _missing_messages(spoken, path)
    if suffix == ".ttl":
        return _missing_labels(spoken, path)
    if suffix == ".csv":
        import csv
        import io

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("what", "iri", "english"))
        writer.writerows(list_missing(spoken))
        return out.getvalue()
    raise InputError(
        f"--missing can't write {path}: name a file that ends in .po (messages), .ttl (labels) or "
        ".csv (a list of both)"
    )


def _missing_messages(spoken: Speech, path: Path) -> str:
    import polib

    catalogue = spoken.catalogue
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Project-Id-Version": "gcm-ld",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        **catalogue.header(),
    }
    if path.is_file():
        read_catalogue(path, base=catalogue)  # refuses what is none
        text = read_bytes(path).decode("utf-8-sig")
        file = polib.pofile(text + "\n", encoding="utf-8", wrapwidth=100)
    known = {entry.msgid for entry in file if not entry.obsolete}
    for text, many in spoken.missing.items():
        entry = polib.POEntry(msgid=text, msgstr="")
        if many is not None:
            count = catalogue.plural_count
            entry = polib.POEntry(
                msgid=text, msgid_plural=many, msgstr_plural=dict.fromkeys(range(count), "")
            )
        if text not in known:
            file.append(entry)
    return str(file)


def _missing_labels(spoken: Speech, path: Path) -> str:
    import pyoxigraph as ox

    from gcm_ld.turtle import write_turtle

    before, known = "", set()
    if path.is_file():
        known = {
            (s, n) for s, n, _, tag in _read_literals(path) if tag.lower() == spoken.code.lower()
        }
        before = read_bytes(path).decode("utf-8-sig")
    triples = []
    for text in spoken.labels.missing:
        for thing in spoken.labels.things(text):
            if (thing.iri, thing.property) in known:
                continue
            node, name = ox.NamedNode(thing.iri), ox.NamedNode(thing.property)
            triples.append(ox.Triple(node, name, ox.Literal(text, language="en")))
            triples.append(ox.Triple(node, name, ox.Literal("", language=spoken.code)))
    # Behind what is there, and not sorted into it: its comments stay where they are.
    return "\n".join(filter(None, (before, write_turtle(triples) if triples else "")))
