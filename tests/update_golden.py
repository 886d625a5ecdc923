"""Write the expected reports anew: ``python tests/update_golden.py``, then read the diff."""

from __future__ import annotations

import json
from pathlib import Path

from gcm_ld import open_dataset
from gcm_ld.report import REPORTS, build_report
from gcm_ld.report.claims import check_claims

GOLDEN = Path(__file__).parent / "golden"


def main() -> None:
    """Write one file for each report, and one for the claims."""
    dataset = open_dataset()
    for name in REPORTS:
        _write(name, build_report(name, dataset).as_dict())
    verdicts = {r.claim.iri.rpartition("/")[2]: r.verdict for r in check_claims(dataset)}
    _write("claims", verdicts)


def _write(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=float)
    (GOLDEN / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
