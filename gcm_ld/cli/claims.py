"""``gcm-ld claims``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from gcm_ld.cli.language import Language
from gcm_ld.cli.options import LANGUAGE_OPTIONS, OUTPUT_OPTION, SOURCE_OPTIONS, format_option
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, wrap
from gcm_ld.language import label, say
from gcm_ld.report.claims import ClaimResult, check_claims
from gcm_ld.source import Source

_HELP = """Hold the figures that a source publishes against the data.

Each claim is data, with the question that checks it and the rule it is counted by. Exit
status 1 if a claim holds under no rule.

\b
Example:
  gcm-ld claims
  gcm-ld claims --brief
  gcm-ld claims --format json
  gcm-ld claims --lang sq
"""


@click.command(name="claims", help=_HELP)
@click.option("--brief", is_flag=True, help="Leave the evidence out of the table.")
@format_option("table", "csv", "json")
@OUTPUT_OPTION
@LANGUAGE_OPTIONS
@SOURCE_OPTIONS
@click.pass_context
def command(
    ctx: click.Context,
    brief: bool,
    format_: str,
    output: Path | None,
    language: Language,
    source: Source,
) -> None:
    """Check claims and print the verdicts."""
    dataset = source.dataset()
    with language.speaking(dataset):
        results = check_claims(dataset)
        if format_ == "json":
            text = as_json([_as_dict(r) for r in results])
        elif format_ == "csv":
            columns = ("claim", "section", "label", "published", "derived", "verdict", "evidence")
            text = as_csv(columns, [_line(r) for r in results])
        else:
            text = _table(results, brief=brief)
    emit(text, output)
    if any(r.failed for r in results):
        ctx.exit(1)


def _section(result: ClaimResult) -> str:
    return (result.claim.section or "").removeprefix("Manual, section ")


def _line(result: ClaimResult) -> tuple[str, ...]:
    return (
        result.claim.iri,
        result.claim.section or "",
        label(result.claim.label),
        ", ".join(result.claim.values),
        result.derived_text,
        label(result.verdict),
        " | ".join(result.evidence),
    )


def _as_dict(result: ClaimResult) -> dict[str, object]:
    return {
        "claim": result.claim.iri,
        "section": result.claim.section,
        "label": label(result.claim.label),
        "published": list(result.claim.values),
        "derived": {rule: list(v) for rule, v in result.derived.items()},
        "holds": dict(result.holds),
        "verdict": label(result.verdict),
        "query": result.claim.query,
        "evidence": list(result.evidence),
    }


def _table(results: list[ClaimResult], *, brief: bool) -> str:
    rows = [
        (
            _section(r),
            label(r.claim.label),
            ", ".join(r.claim.values),
            r.derived_text or "–",
            label(r.verdict),
        )
        for r in results
    ]
    counts = Counter(say("holds under a rule") if r.partly else label(r.verdict) for r in results)
    parts = [
        as_table(
            (say("Section"), say("Claim"), say("Published"), say("Derived"), say("Verdict")), rows
        ),
        wrap(
            say(
                "{number} claims: {list}",
                number=len(results),
                list=", ".join(f"{n} {v}" for v, n in counts.most_common()),
            )
        ),
    ]
    if not brief:
        parts.append(say("Evidence"))
        for result in results:
            if result.evidence:
                lines = "\n".join(wrap(line, indent="  ") for line in result.evidence)
                head = wrap(
                    f"{_section(result)}: {label(result.claim.label)} [{label(result.verdict)}]"
                )
                parts.append(f"{head}\n{lines}")
    return "\n\n".join(parts)
