"""The figures of the cubes, as the questions of the library answer them.

Nothing is counted here: coverage is what ``select_coverage`` counts, with its sums over
objectives as totals, and the goals are what ``select_goal_actions`` counts. Both are asked once
for all frameworks of a dataset, and of stated links only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from gcm_ld.dataset import Dataset
from gcm_ld.errors import InputError
from gcm_ld.namespaces import ID, PREFIXES, framework_iri, quote
from gcm_ld.publish.statistics.columns import PATHS
from gcm_ld.publish.statistics.structure import CUBE, read_structure
from gcm_ld.report.model import percent
from gcm_ld.store import Value

__all__ = ["Code", "Cube", "Figure", "read_cubes"]

_Row = Mapping[str, Value]
_STATUS = PREFIXES["sdmx-code"] + "obsStatus-"
#: What a dataset answered, by question and framework: it does not change, and a caller may read
#: one framework after the other.
_ANSWERS: WeakKeyDictionary[Dataset, dict[str, dict[str, list[_Row]]]] = WeakKeyDictionary()
#: SDMX's codes for a total, and for what does not apply.
TOTAL, NONE = "_T", "_Z"


class Code(NamedTuple):
    """A value of a dimension or attribute: its code, its IRI and its name."""

    code: str
    iri: str
    title: str


class Figure(NamedTuple):
    """An observation: its value, and the codes that say of what.

    :param path: the end of its IRI, below that of its cube.
    :param codes: code by column; the columns are those of :mod:`.columns`.
    :param value: the number as written.
    :param crosswalks: IRIs of the crosswalks that it was counted in.
    """

    path: str
    codes: Mapping[str, Code]
    value: str
    crosswalks: tuple[str, ...]


class Cube(NamedTuple):
    """A data set and its observations, in their order.

    :param name: ``coverage`` or ``sdg-goals``.
    :param base: what the IRI of the data set and its observations starts with.
    :param date: the day of publication.
    :param licenses: IRIs of the licences of the crosswalks.
    """

    name: str
    base: str
    date: str
    figures: tuple[Figure, ...]
    licenses: tuple[str, ...]

    @property
    def iri(self) -> str:
        """The data set's own."""
        return f"{self.base}id/cube/{self.name}"

    @property
    def structure(self) -> str:
        """IRI of its structure definition."""
        return f"{CUBE}{self.name}/structure"


class _Context(NamedTuple):
    """A framework as the assessments of one other framework's actions see it."""

    common: dict[str, Code]
    subject: Code
    crosswalks: tuple[str, ...]


def read_cubes(
    datasets: Iterable[tuple[str, Dataset]], *, base: str, date: str, iri: Callable[[str], str]
) -> tuple[Cube, ...]:
    """Read the cubes that there are figures for.

    :param datasets: assessed frameworks by code, each with the data that assess it.
    :param base: what the publisher's IRIs start with.
    :param date: the day of publication.
    :param iri: gives the IRI that something of the data is published under.
    :raises InputError: if the data do not assess a framework, or two objectives share a code.
    """
    codes: dict[int, dict[str, str]] = defaultdict(dict)
    known: dict[int, Dataset] = {}
    for code, dataset in datasets:
        stated = dataset.stated
        known[id(stated)] = stated
        codes[id(stated)][framework_iri(code)] = code
    coverage: list[Figure] = []
    goals: list[Figure] = []
    licenses: set[str] = set()
    for key, dataset in known.items():
        reader = _Reader(dataset, codes[key], base, date, iri)
        coverage += reader.coverage()
        goals += reader.goals()
        licenses |= reader.licenses
    made = []
    for name, figures in (("coverage", coverage), ("sdg-goals", goals)):
        if figures:
            _refuse_doubles(name, figures)
            made.append(Cube(name, base, date, tuple(figures), tuple(sorted(licenses))))
    return tuple(made)


def _refuse_doubles(name: str, figures: Sequence[Figure]) -> None:
    paths = Counter(figure.path for figure in figures)
    double = next((path for path, times in paths.items() if times > 1), None)
    if double:
        raise InputError(
            f"statistics: two figures would be {name}/{double}: give the objectives or "
            "frameworks that share a code codes of their own"
        )


def _ask(dataset: Dataset, question: str) -> dict[str, list[_Row]]:
    """Ask a question once, and give its rows by framework (none: an empty text)."""
    answers = _ANSWERS.setdefault(dataset, {})
    if question not in answers:
        rows: dict[str, list[_Row]] = defaultdict(list)
        for row in dataset.query(question).dicts():
            rows[str(row.get("framework", ""))].append(row)
        answers[question] = dict(rows)
    return answers[question]


class _Reader:
    """What one dataset says of some frameworks."""

    def __init__(
        self,
        dataset: Dataset,
        codes: Mapping[str, str],
        base: str,
        date: str,
        iri: Callable[[str], str],
    ) -> None:
        self.dataset, self.codes, self.base, self.date, self.iri = dataset, codes, base, date, iri
        self.structure = read_structure()
        self.licenses: set[str] = set()
        grouped: dict[str, dict[str, list[_Row]]] = defaultdict(lambda: defaultdict(list))
        for row in self._about("select_assessment_contexts"):
            grouped[str(row["framework"])][str(row["subject"])].append(row)
            if row["license"]:
                self.licenses.add(str(row["license"]))
        missing = [code for framework, code in codes.items() if framework not in grouped]
        if missing:
            raise InputError(
                f"statistics: no action is assessed against {', '.join(sorted(missing))}, or the "
                "framework has no English title: check the code and the data"
            )
        self.contexts = {
            framework: {s: self._context(framework, rows) for s, rows in by_subject.items()}
            for framework, by_subject in grouped.items()
        }
        self.rows = {f: [r for rows in g.values() for r in rows] for f, g in grouped.items()}

    def _about(self, question: str) -> Iterator[_Row]:
        """Give the rows on the frameworks that are wanted, in a stable order."""
        rows = _ask(self.dataset, question)
        return (row for framework in sorted(self.codes) for row in rows.get(framework, ()))

    def _all(self, question: str) -> list[_Row]:
        return _ask(self.dataset, question).get("", [])

    def _cube_code(self, kind: str, code: str) -> Code:
        iri = f"{CUBE}{kind}/{code}"
        return Code(code, iri, self.structure.label(iri))

    def _context(self, framework: str, rows: Sequence[_Row]) -> _Context:
        first = rows[0]
        period, basis = self._period(rows)
        subject = str(first["subject"])
        common = {
            "framework": Code(self.codes[framework], self.iri(framework), str(first["title"])),
            "area": self._area(rows),
            "period": period,
            "status": Code("A", _STATUS + "A", self.structure.label(_STATUS + "A")),
            "period_basis": self._cube_code("period-basis", basis),
        }
        return _Context(
            common,
            Code(str(first["subjectCode"]), self.iri(subject), str(first["subjectTitle"])),
            tuple(sorted({self.iri(str(r["crosswalk"])) for r in rows})),
        )

    def _area(self, rows: Sequence[_Row]) -> Code:
        places = {
            Code(str(r["countryCode"]), self.iri(str(r["country"])), str(r["countryTitle"]))
            for r in rows
            if r["country"]
        }
        if len(places) == 1:
            return places.pop()
        none = CUBE + "area/none"
        return Code(NONE, none, self.structure.label(none))

    def _period(self, rows: Sequence[_Row]) -> tuple[Code, str]:
        """Find the years that figures refer to, and what says so."""
        issued = [str(r["issued"])[:4] for r in rows if r["issued"]]
        years = [str(rows[0][k])[:4] for k in ("start", "end") if rows[0][k]]
        if issued:
            name, basis = max(issued), "source"
        elif years:
            name, basis = "-".join(dict.fromkeys(years)), "framework"
        elif self.date:
            name, basis = self.date[:4], "publication"
        else:
            raise InputError(
                f"statistics: neither {rows[0]['framework']} nor a source of its assessments bears "
                "a year: say when the source was published, or give a date of publication"
            )
        return Code(name, f"{CUBE}period/{name}", name.replace("-", "–")), basis

    def coverage(self) -> Iterator[Figure]:
        """Read the figures by objective and rule, each framework's totals after them."""
        units = {str(r["rule"]): r for r in self._all("select_counting_units")}
        answers = _ask(self.dataset, "select_coverage")
        for framework in sorted(self.codes):
            totals: dict[tuple[str, str], list[int]] = {}
            for row in answers.get(framework, ()):
                subject, context = self._subject(framework, str(row["objective"]))
                covered, total = int(str(row["covered"])), int(str(row["total"]))
                sums = totals.setdefault((subject, str(row["rule"])), [0, 0])
                sums[0] += covered
                sums[1] += total
                objective = Code(
                    _objective_code(str(row["objective"]), subject, str(row["code"])),
                    self.iri(str(row["objective"])),
                    str(row["title"]),
                )
                yield from self._measures(
                    context, objective, units[str(row["rule"])], covered, total
                )
            for (subject, rule), (covered, total) in totals.items():
                context = self.contexts[framework][subject]
                every = self._all_objectives(subject, context.subject)
                yield from self._measures(context, every, units[rule], covered, total)

    def _subject(self, framework: str, objective: str) -> tuple[str, _Context]:
        """Find the framework that an objective belongs to, among those assessed together."""
        subjects = self.contexts[framework]
        fitting = [s for s in subjects if objective.startswith(s + "/")] or list(subjects)
        subject = max(fitting, key=len)
        return subject, subjects[subject]

    def _all_objectives(self, subject: str, code: Code) -> Code:
        """Return the code for all objectives of a framework: the publisher's, if that is."""
        home = self.base + "id/" if code.iri != subject else ID
        iri = f"{home}cube/objective/{quote(code.code)}"
        return Code(TOTAL, iri, f"All objectives: {code.title}")

    def _measures(
        self, context: _Context, objective: Code, rule: _Row, covered: int, total: int
    ) -> Iterator[Figure]:
        unit = self.structure.unit(str(rule["unit"]))
        counting = Code(str(rule["rule"]), str(rule["counting"]), str(rule["rule"]))
        count = self._cube_code("unit", unit.removeprefix(CUBE + "unit/"))
        codes = {
            **context.common,
            "subject": context.subject,
            "objective": objective,
            "rule": counting,
        }
        for measure, value, used in (
            ("covered", str(covered), count),
            ("assessed", str(total), count),
            ("share", f"{percent(covered, total):.1f}", self._cube_code("unit", "percent")),
        ):
            every = {**codes, "measure": self._cube_code("measure", measure), "unit": used}
            yield Figure(_path("coverage", every), every, value, context.crosswalks)

    def goals(self) -> Iterator[Figure]:
        """Read the figures by SDG goal, with 0 where no action serves a goal."""
        counts: dict[str, dict[str, str]] = defaultdict(dict)
        crosswalks: dict[str, set[str]] = defaultdict(set)
        for row in self._about("select_goal_actions"):
            framework = str(row["framework"])
            counts[framework][str(row["goal"])] = str(row["actions"])
            crosswalks[framework] |= {self.iri(c) for c in str(row["crosswalks"]).split(" ")}
        goals = self._all("select_goals") if counts else []
        unit = self._cube_code("unit", "action")
        for framework, by_goal in counts.items():
            common = self._context(framework, self.rows[framework]).common
            named = tuple(sorted(crosswalks[framework]))
            for row in goals:
                goal = Code(str(row["code"]), self.iri(str(row["goal"])), str(row["title"]))
                codes = {**common, "goal": goal, "unit": unit}
                value = by_goal.get(str(row["goal"]), "0")
                yield Figure(_path("sdg-goals", codes), codes, value, named)


def _path(cube: str, codes: Mapping[str, Code]) -> str:
    return "/".join(quote(codes[name].code) for name in PATHS[cube])


def _objective_code(objective: str, subject: str, notation: str) -> str:
    """Return an objective's code, with its kind where it is of another one.

    >>> _objective_code("http://a/id/gcm/objective/1", "http://a/id/gcm", "1")
    '1'
    >>> _objective_code("http://a/id/plan/chapter/1", "http://a/id/plan", "1")
    'chapter-1'
    """
    steps = objective.removeprefix(subject + "/").split("/")
    plain = len(steps) != 2 or steps[0] == "objective"
    return notation if plain else f"{steps[0]}-{notation}"
