"""Whether each indicator of a framework is sound: what can be told from the data, and what not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gcm_ld.dataset import Dataset
from gcm_ld.language import label, message, say
from gcm_ld.report.model import Assessed, Report, Table, assessed_framework, percent
from gcm_ld.store import Value

__all__ = ["CRITERIA", "Quality", "read_indicator_quality", "report_indicator_quality"]

MET, NOT_MET, UNKNOWN, NOT_APPLICABLE = (
    message("met"),
    message("not met"),
    message("can't be told"),
    message("does not apply"),
)
SOUND, NOT_SOUND = message("sound"), message("not sound")

#: criterion → what it asks, in the order of the columns.
CRITERIA = {
    "measurable": message("measurable"),
    "oneThing": message("one measure"),
    "unit": message("unit"),
    "baseline": message("baseline"),
    "target": message("target"),
    "targetAhead": message("target not past"),
    "source": message("source"),
    "bySex": message("figures by sex"),
}

_Row = Mapping[str, Value]


class Quality(NamedTuple):
    """What is found of one indicator."""

    iri: str
    code: str
    title: str
    #: Criterion → met, not met, can't be told or does not apply.
    criteria: dict[str, str]
    #: The years that have a value, and those that have a target, up to the year reported on.
    years: tuple[int, ...]
    targets: tuple[int, ...]

    @property
    def verdict(self) -> str:
        """Sound if all that applies is met; not if something is not; else it can't be told."""
        found = set(self.criteria.values())
        return NOT_SOUND if NOT_MET in found else UNKNOWN if UNKNOWN in found else SOUND

    def having(self, verdict: str) -> list[str]:
        """List the criteria with a verdict."""
        return [key for key, found in self.criteria.items() if found == verdict]


class _Figures(NamedTuple):
    """The figures of one indicator, as the query puts them together."""

    values: tuple[tuple[int, str], ...]
    sourced: tuple[tuple[int, str], ...]
    baselines: tuple[int, ...]
    targets: tuple[int, ...]
    unit: bool

    @classmethod
    def of(cls, row: _Row) -> _Figures:
        return cls(
            _cells(row["values"]),
            _cells(row["sourced"]),
            tuple(year for year, _ in _cells(row["baselines"])),
            tuple(year for year, _ in _cells(row["targets"])),
            bool(row["unit"] or row["units"]),
        )


def _cells(text: Value) -> tuple[tuple[int, str], ...]:
    """Take apart what the query puts together: ``2021 F;2021 M``."""
    parts = sorted(set(str(text or "").split(";")) - {""})
    return tuple((int(year), sex) for year, _, sex in (p.partition(" ") for p in parts))


def read_indicator_quality(
    dataset: Dataset, framework: str, *, year: int | None = None
) -> tuple[list[Quality], int | None]:
    """Judge the indicators of a framework.

    :param dataset: the data.
    :param framework: its IRI.
    :param year: as things stood in this year; see :func:`report_indicator_quality`.
    :returns: what is found of each indicator, by title, and the year that it holds for.
    """
    rows = list(dataset.query("select_indicator_quality", framework=framework).dicts())
    figures = [_Figures.of(row) for row in rows]
    if year is None:
        measured = [y for f in figures for y, _ in f.values]
        issued = [int(str(r["issued"])[:4]) for r in _sources(dataset, framework)]
        year = max(measured or issued, default=None)
    told = {
        "unit": any(f.unit for f in figures),
        "baseline": any(f.baselines for f in figures),
        "target": any(f.targets for f in figures),
        "source": any(
            f.values or row["verification"] for f, row in zip(figures, rows, strict=True)
        ),
        "bySex": any(f.values for f in figures),
    }
    found = [_judge(row, f, year, told) for row, f in zip(rows, figures, strict=True)]
    return found, year


def _sources(dataset: Dataset, framework: str) -> list[_Row]:
    return list(dataset.query("select_framework_sources", framework=framework).dicts())


def _judge(row: _Row, figures: _Figures, year: int | None, told: Mapping[str, bool]) -> Quality:
    def has(criterion: str, fact: object) -> str:
        """Where the data say it of no indicator at all, nothing can be told of this one."""
        return MET if fact else NOT_MET if told[criterion] else UNKNOWN

    values, sourced = (
        [(y, sex) for y, sex in cells if year is None or y <= year]
        for cells in (figures.values, figures.sourced)
    )
    latest = max((y for y, _ in values), default=None)
    sexes = {sex for y, sex in values if y == latest}
    worded = {"counts": MET, "states": NOT_MET}.get(str(row["wording"]), UNKNOWN)
    target = has("target", figures.targets)
    ahead = {NOT_MET: NOT_APPLICABLE}.get(target, target)
    if ahead == MET:
        last = max(figures.targets)
        ahead = UNKNOWN if year is None else MET if last >= year else NOT_MET
    criteria = {
        "measurable": MET if figures.unit or values else worded,
        "oneThing": NOT_MET if row["joins"] else MET,
        "unit": has("unit", figures.unit),
        "baseline": has("baseline", figures.baselines),
        "target": target,
        "targetAhead": ahead,
        "source": has("source", sourced or row["verification"]),
        "bySex": has("bySex", {"F", "M"} <= sexes) if row["bySex"] else NOT_APPLICABLE,
    }
    years = tuple(sorted({y for y, _ in values}))
    return Quality(
        str(row["indicator"]), str(row["code"]), str(row["title"]), criteria, years, figures.targets
    )


def report_indicator_quality(
    dataset: Dataset, *, framework: str | None = None, year: int | None = None
) -> Report:
    """Report whether each indicator is sound, and how many actions have a sound one.

    :param dataset: the data.
    :param framework: the assessed framework, where the data know several.
    :param year: as things stood in this year: later values are left out, and targets before it
        are past. If not given, the year of the latest value; where there is none, the year in
        which the framework's source was published.
    :raises InputError: if the framework can't be found or told.
    """
    against = assessed_framework(dataset, framework)
    found, of_year = read_indicator_quality(dataset, against.iri, year=year)
    by_iri = {q.iri: q for q in found}
    actions: dict[tuple[str, str, str], list[Quality]] = defaultdict(list)
    for row in dataset.query("select_aligned_indicators", framework=against.iri).dicts():
        followed = actions[str(row["objectiveCode"]), str(row["code"]), str(row["title"])]
        if str(row["indicator"]) in by_iri:
            followed.append(by_iri[str(row["indicator"])])
    uses = Counter(q.iri for followed in actions.values() for q in followed)
    counted = {key: Counter(q.criteria[key] for q in found) for key in CRITERIA}
    untold = [k for k, n in counted.items() if n[UNKNOWN] and not n[MET] + n[NOT_MET]]
    return Report(
        name="indicator-quality",
        title=say("Quality of the indicators of the {title}", title=against.title),
        lead=(
            *_lead(found, list(actions.values())),
            _year_words(dataset, against, found, of_year, given=year is not None),
        ),
        tables=(
            _indicators(found, uses),
            _criteria(counted),
            _actions(actions),
            _objectives(actions),
        ),
        views=(_criteria(counted), _to_mend(found, untold), _objectives(actions)),
        notes=_notes(untold),
    )


def _lead(found: Sequence[Quality], actions: Sequence[Sequence[Quality]]) -> list[str]:
    verdicts = Counter(q.verdict for q in found)
    wording = Counter(q.criteria["measurable"] for q in found)
    sound = sum(any(q.verdict == SOUND for q in followed) for followed in actions)
    return [
        say(
            "{number} of {total} indicators have a value",
            number=sum(bool(q.years) for q in found),
            total=len(found),
        ),
        say(
            "sound: {sound}; not sound: {unsound}; can't be told: {unknown}",
            sound=verdicts[SOUND],
            unsound=verdicts[NOT_SOUND],
            unknown=verdicts[UNKNOWN],
        ),
        say(
            "measurable: {met}; not, as they are worded: {unmet}; can't be told: {unknown}",
            met=wording[MET],
            unmet=wording[NOT_MET],
            unknown=wording[UNKNOWN],
        ),
        say(
            "{sound} of {total} aligned actions have a sound indicator ({share:.1f} %); "
            "{followed} have any",
            sound=sound,
            total=len(actions),
            share=percent(sound, len(actions)),
            followed=sum(bool(followed) for followed in actions),
        ),
    ]


def _year_words(
    dataset: Dataset,
    against: Assessed,
    found: Iterable[Quality],
    year: int | None,
    *,
    given: bool,
) -> str:
    if year is None:
        return say("as of no year: there is no value, and no source with a date")
    if given:
        return say("as of {year}, as asked for", year=str(year))
    if any(q.years for q in found):
        return say("as of {year}, the year of the latest value", year=str(year))
    title = next(
        (r["title"] for r in _sources(dataset, against.iri) if str(r["issued"])[:4] == str(year)),
        against.source_title,
    )
    return say(
        "as of {year}, when the source was published: {source}", year=str(year), source=title
    )


def _indicators(found: Sequence[Quality], uses: Mapping[str, int]) -> Table:
    return Table.of(
        "indicators",
        say("Indicators by criterion"),
        [
            ("code", say("Code")),
            ("title", say("Indicator")),
            *((key, label(text)) for key, text in CRITERIA.items()),
            ("verdict", say("Verdict")),
            ("actions", say("Actions")),
            ("latest", say("Latest value")),
            ("targetYear", say("Target for")),
        ],
        [
            (
                q.code,
                q.title,
                *q.criteria.values(),
                q.verdict,
                uses[q.iri],
                max(q.years, default=None),
                max(q.targets, default=None),
            )
            for q in found
        ],
    )


def _criteria(counted: Mapping[str, Mapping[str, int]]) -> Table:
    return Table.of(
        "criteria",
        say("How many indicators meet each criterion"),
        [
            ("criterion", say("Criterion")),
            ("met", say("Met")),
            ("notMet", say("Not met")),
            ("unknown", say("Can't be told")),
            ("notApplicable", say("Does not apply")),
        ],
        [
            (text, *(counted[key][v] for v in (MET, NOT_MET, UNKNOWN, NOT_APPLICABLE)))
            for key, text in CRITERIA.items()
        ],
    )


def _to_mend(found: Sequence[Quality], untold: Sequence[str]) -> Table:
    """List what is to be mended or found out, without what can't be told of any indicator."""
    rows = []
    for q in found:
        unknown = [key for key in q.having(UNKNOWN) if key not in untold]
        if q.having(NOT_MET) or unknown:
            texts = (
                ", ".join(label(CRITERIA[key]) for key in keys)
                for keys in (q.having(NOT_MET), unknown)
            )
            rows.append((q.title, *texts))
    return Table.of(
        "indicators",
        say("Indicators with something to mend or to find out"),
        [
            ("title", say("Indicator")),
            ("notMet", say("Not met")),
            ("unknown", say("Can't be told")),
        ],
        rows,
    )


def _best(followed: Sequence[Quality]) -> str | None:
    """Return the best verdict that an action has among its indicators."""
    verdicts = {q.verdict for q in followed}
    return next((v for v in (SOUND, UNKNOWN, NOT_SOUND) if v in verdicts), None)


def _actions(actions: Mapping[tuple[str, str, str], Sequence[Quality]]) -> Table:
    return Table.of(
        "actions",
        say("Aligned actions and their indicators"),
        [
            ("objective", say("Objective")),
            ("code", "#"),
            ("title", say("Action")),
            ("indicators", say("Indicators")),
            ("sound", say("Sound")),
            ("best", say("Best of them")),
        ],
        [
            (*key, len(qs), sum(q.verdict == SOUND for q in qs), _best(qs))
            for key, qs in actions.items()
        ],
    )


def _objectives(actions: Mapping[tuple[str, str, str], Sequence[Quality]]) -> Table:
    lines: dict[str, Counter[str | None]] = defaultdict(Counter)
    for (objective, _, _), followed in actions.items():
        lines[objective][_best(followed)] += 1
    return Table.of(
        "objectives",
        say("Aligned actions by the best of their indicators"),
        [
            ("code", "#"),
            ("actions", say("Aligned actions")),
            ("sound", say("Sound")),
            ("unknown", say("Can't be told")),
            ("notSound", say("Not sound")),
            ("none", say("No indicator")),
        ],
        [
            (code, sum(n.values()), n[SOUND], n[UNKNOWN], n[NOT_SOUND], n[None])
            for code, n in lines.items()
        ],
    )


def _notes(untold: Sequence[str]) -> tuple[str, ...]:
    past = (
        say("the data give no target, so it can't be told")
        if "target" in untold
        else say("told by the year of the last target")
    )
    notes = [
        say("Everything here is derived by rules, which are documented; no source says it."),
        say(
            "Sound: all criteria that apply are met. What the data say of no indicator at all "
            "can't be told; once they say it of some, it is missing for the others."
        ),
        say(
            "Of what Albania's manual of 2021 finds wanting in indicators: limited in scope is for "
            "people to judge and is not checked (that it is one measure is); not quantifiable is "
            "told by the words of the title; a target for a year that has passed: {past}.",
            past=past,
        ),
    ]
    if untold:
        criteria = ", ".join(label(CRITERIA[key]) for key in untold)
        notes.append(
            say(
                "Can't be told of any indicator, because the data do not say: {criteria}.",
                criteria=criteria,
            )
        )
    return tuple(notes)
