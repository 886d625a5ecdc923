"""What reports on progress say in the same words: rules, links, states and numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from gcm_ld.language import label, say, show
from gcm_ld.progress import Figure, Observed, Progress, State
from gcm_ld.progress.figures import tenths
from gcm_ld.store import Value

__all__ = [
    "amount_text",
    "figure_cells",
    "figure_columns",
    "figure_words",
    "fill_words",
    "interval",
    "known_words",
    "links_words",
    "number_text",
    "observed_text",
    "rule_words",
    "share",
    "state_words",
    "synthetic_words",
    "unit_text",
    "value_text",
]


def share(value: Fraction | None) -> float | None:
    """Return a share in percent to one decimal, for people."""
    return None if value is None else tenths(value)


def interval(figure: Figure) -> tuple[float | None, float | None]:
    """Return the bounds of a figure in percent; none where nothing is known."""
    if figure.value is None:
        return None, None
    return tenths(figure.low), tenths(figure.high)


def figure_columns() -> list[tuple[str, str]]:
    """Return the columns of a figure in a table for programs, each with its heading."""
    return [
        ("value", say("Progress")),
        ("low", say("From")),
        ("high", say("To")),
        ("known", say("Known")),
        ("of", say("Of")),
    ]


def figure_cells(figure: Figure) -> tuple[Value, ...]:
    """Return the cells below these columns: shares of 1, none where nothing is known."""
    if figure.value is None:
        return None, None, None, figure.known, figure.of
    return float(figure.value), float(figure.low), float(figure.high), figure.known, figure.of


def known_words(figure: Figure) -> str:
    """Say how many parts of a figure are known."""
    if not figure.of:
        return say("none applies")
    return say("{known} of {of}", known=figure.known, of=figure.of)


def figure_words(figure: Figure) -> str:
    """Say a figure with its interval."""
    if figure.value is None:
        return say("no figure ({known} of {of} known)", known=figure.known, of=figure.of)
    if figure.known == figure.of and figure.low == figure.high:
        return say("{share:.1f} %", share=tenths(figure.value))
    return say(
        "{share:.1f} % (between {low:.1f} and {high:.1f}; {known} of {of} known)",
        share=tenths(figure.value),
        low=tenths(figure.low),
        high=tenths(figure.high),
        known=figure.known,
        of=figure.of,
    )


def fill_words(found: Progress) -> str:
    """Say how values are entered where there is none."""
    return say(
        "To enter values: gcm-ld template --values --framework {code} -o values.xlsx makes the "
        "workbook, and gcm-ld import makes data of it.",
        code=found.framework.name,
    )


def number_text(value: Decimal) -> str:
    """Write a value without superfluous zeros.

    >>> number_text(Decimal("12.50")), number_text(Decimal("1E+3")), number_text(Decimal("0.0"))
    ('12.5', '1000', '0')
    """
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) if value else "0"


def value_text(value: Decimal) -> str:
    """Write a value as the language in use writes numbers."""
    return show(Decimal(number_text(value)))


def unit_text(unit: str, title: str) -> str:
    """Write a unit as it stands behind a number.

    >>> place = "https://w3id.org/gcm-ld/id/cube/unit/"
    >>> unit_text(place + "percent", "percent"), unit_text(place + "EUR", "euro")
    ('%', 'EUR')
    >>> unit_text(place + "day", "days")
    'days'
    """
    code = unit.rpartition("/")[2]
    currency = len(code) == 3 and code.isupper()
    return {"percent": "%", "number": ""}.get(code, code if currency else title)


def amount_text(observed: Observed) -> str:
    """Write a value with its unit; yes or no in words."""
    if observed.unit.endswith("/yes-no") and observed.value in (0, 1):
        return say("yes") if observed.value else say("no")
    unit = unit_text(observed.unit, label(observed.unit_title, observed.unit))
    return f"{value_text(observed.value)} {unit}".strip()


def observed_text(observed: Observed | None, *, unit: bool = False) -> str | None:
    """Write a value with its period, marked where it is not a normal one.

    :param unit: whether its unit is to stand behind it, because nothing near it names it.
    """
    if observed is None:
        return None
    mark = f" {observed.status_code}" if observed.status_code not in ("", "A") else ""
    plain = not unit and not observed.unit.endswith("/yes-no")
    amount = value_text(observed.value) if plain else amount_text(observed)
    return f"{amount} ({observed.period.text}){mark}"


def state_words(state: State) -> str:
    """Say where an indicator stands."""
    return {
        State.REACHED: say("reached"),
        State.ON_TRACK: say("on track"),
        State.BEHIND: say("behind"),
        State.WORSENED: say("worsened"),
        State.NO_VALUE: say("no value"),
        State.NO_TARGET: say("no target"),
        State.NO_BASELINE: say("no baseline"),
        State.NO_DIRECTION: say("not said what is better"),
        State.DIRECTION_DIFFERS: say("the target leads away from what is better"),
        State.UNIT_DIFFERS: say("unit differs"),
    }[state]


def rule_words(rule: str) -> str:
    """Say how a rule puts figures together."""
    if rule == "worst":
        return say(
            "worst: an action is as far as its indicator that is least far, and what is above "
            "actions as its action that is least far"
        )
    if rule == "on-track":
        return say(
            "on-track: the share of an action's indicators that are on track or reached, and above "
            "actions the unweighted mean of their shares"
        )
    return say(
        "mean: the unweighted mean of an action's indicators, and above actions the unweighted "
        "mean of the actions"
    )


def links_words(links: str) -> str:
    """Say what carries figures from indicators to actions."""
    if links == "indicators":
        return say("indicators: those that an action's row names")
    if links == "outcomes":
        return say("outcomes: the indicators of the outcomes that answer an action")
    return say(
        "both: the indicators that an action's row names and those of the outcomes that answer "
        "it, each once"
    )


def synthetic_words() -> str:
    """Say that the data are made up."""
    return say("These data are synthetic: made up to try software on, and about no country.")
