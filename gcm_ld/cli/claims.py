"""``gcm-ld claims``."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from gcm_ld.cli.options import OUTPUT_OPTION, SOURCE_OPTIONS, format_option
from gcm_ld.cli.output import as_csv, as_json, as_table, emit, wrap
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
"""


@click.command(name="claims", help=_HELP)
@click.option("--brief", is_flag=True, help="Leave the evidence out of the table.")
@format_option("table", "csv", "json")
@OUTPUT_OPTION
@SOURCE_OPTIONS
@click.pass_context
def command(
    ctx: click.Context, brief: bool, format_: str, output: Path | None, source: Source
) -> None:
    """Check claims and print the verdicts."""
    results = check_claims(source.dataset())
    if format_ == "json":
        emit(as_json([_as_dict(r) for r in results]), output)
    elif format_ == "csv":
        columns = ("claim", "section", "label", "published", "derived", "verdict", "evidence")
        emit(as_csv(columns, [_line(r) for r in results]), output)
    else:
        emit(_table(results, brief=brief), output)
    if any(r.failed for r in results):
        ctx.exit(1)


def _section(result: ClaimResult) -> str:
    return (result.claim.section or "").removeprefix("Manual, section ")


def _line(result: ClaimResult) -> tuple[str, ...]:
    return (
        result.claim.iri,
        result.claim.section or "",
        result.claim.label,
        ", ".join(result.claim.values),
        result.derived_text,
        result.verdict,
        " | ".join(result.evidence),
    )


def _as_dict(result: ClaimResult) -> dict[str, object]:
    return {
        "claim": result.claim.iri,
        "section": result.claim.section,
        "label": result.claim.label,
        "published": list(result.claim.values),
        "derived": {rule: list(v) for rule, v in result.derived.items()},
        "holds": dict(result.holds),
        "verdict": result.verdict,
        "query": result.claim.query,
        "evidence": list(result.evidence),
    }


def _table(results: list[ClaimResult], *, brief: bool) -> str:
    rows = [
        (
            _section(r),
            r.claim.label,
            ", ".join(r.claim.values),
            r.derived_text or "–",
            r.verdict,
        )
        for r in results
    ]
    counts = Counter("holds under a rule" if "under" in r.verdict else r.verdict for r in results)
    parts = [
        as_table(("Section", "Claim", "Published", "Derived", "Verdict"), rows),
        wrap(f"{len(results)} claims: " + ", ".join(f"{n} {v}" for v, n in counts.most_common())),
    ]
    if not brief:
        parts.append("Evidence")
        for result in results:
            if result.evidence:
                lines = "\n".join(wrap(line, indent="  ") for line in result.evidence)
                head = wrap(f"{_section(result)}: {result.claim.label} [{result.verdict}]")
                parts.append(f"{head}\n{lines}")
    return "\n\n".join(parts)
