"""Progress: how far indicators have come, carried through the crosswalk. Pure computation.

::

    figures.py      figures with their intervals, and the rules that put them together
    model.py        what was found: indicators, links, actions and groups of actions
    indicators.py   one indicator: baseline, latest value and target
    measurement.py  everything of one framework, from what questions return
    explanation.py  the path from a figure down to observations and links
    provenance.py   the same as PROV
    totals.py       data read without what is broken down
"""

from __future__ import annotations

from gcm_ld.period import Period
from gcm_ld.progress.explanation import LeftOut, Step, explain
from gcm_ld.progress.figures import LINKS, RULES, Figure, combine
from gcm_ld.progress.measurement import measure
from gcm_ld.progress.model import (
    Action,
    Group,
    Indicator,
    Link,
    Observed,
    Progress,
    Serving,
    Spoken,
    State,
)

__all__ = [
    "LINKS",
    "RULES",
    "Action",
    "Figure",
    "Group",
    "Indicator",
    "LeftOut",
    "Link",
    "Observed",
    "Period",
    "Progress",
    "Serving",
    "Spoken",
    "State",
    "Step",
    "combine",
    "explain",
    "measure",
]
