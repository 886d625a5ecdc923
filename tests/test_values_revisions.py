"""Values that are imported over others: what is kept, what is said, what is a fault.

The strategy and its figures are made up for these tests.
"""

from __future__ import annotations

import pytest

from gcm_ld.model import ValueSet
from gcm_ld.tables.measure import NORMAL, REVISED
from gcm_ld.tables.revisions import revise
from gcm_ld.tables.words import read_words
from tests.test_tables import MAIN
from tests.value_rows import (
    faults,
    observations,
    published,
    read,
    revised,
    row,
)


def test_a_revision_keeps_the_earlier_figure() -> None:
    old = published(row(Note="first"))
    new = revised(old, row(Value="7", Status="Revised"))
    assert new.faults.found == []
    found = observations(new)
    value = found["values/number-of-permits/2021"]
    earlier = found["values/earlier/number-of-permits/2021/1"]
    assert (value.value, value.status, value.revision_of) == ("7", REVISED, earlier.iri)
    assert (earlier.value, earlier.edition, earlier.note) == ("5", "1", "first")
    assert (earlier.dataset, earlier.revision_of) == (f"{MAIN}/values/earlier", None)
    sets = {r.iri for r in new.records if isinstance(r, ValueSet)}
    assert sets == {f"{MAIN}/values", f"{MAIN}/values/earlier"}
    assert new.places[earlier.iri].row == 2

    # Once more the same, and once more revised.
    again = revised(list(new.records), row(Value="7", Status="Revised"))
    assert again.faults.found == []
    assert again.records == new.records
    third = observations(revised(list(new.records), row(Value="8", Status="Revised")))
    assert third["values/number-of-permits/2021"].revision_of == f"{earlier.iri[:-1]}2"
    second = third["values/earlier/number-of-permits/2021/2"]
    assert (second.value, second.revision_of) == ("7", earlier.iri)


@pytest.mark.parametrize("status", ["Provisional", "Estimated", "Forecast"])
def test_a_value_that_was_not_final_is_replaced_without_a_word(status: str) -> None:
    old = published(row(Status=status))
    new = revised(old, row(Value="7"))
    assert new.faults.found == []
    earlier = observations(new)["values/earlier/number-of-permits/2021/1"]
    assert (earlier.value, read_words().word("status", earlier.status or "")) == ("5", status)
    # The same figure, now final, replaces nothing.
    same = observations(revised(old, row()))
    assert [o.status for o in same.values()] == [NORMAL]


def test_a_silent_change_is_a_fault() -> None:
    old = published(row())
    new = revised(old, row(Value="7"))
    assert [str(f) for f in new.faults.found] == [
        "Values, row 2, column Value: “7” differs from what xkx holds, which is 5: write Revised "
        "in Status so that the earlier figure is kept, or add --force to overwrite it"
    ]
    forced = revised(old, row(Value="7"), force=True)
    assert forced.faults.found == []
    assert [o.value for o in observations(forced).values()] == ["7"]
    assert revised(old, row(Value="5.0", Note="other words")).faults.found == []


def test_values_do_not_vanish() -> None:
    old = published(row(), row(Period="2022"), row(Period="2023"))
    new = revised(old, row(Period="2023"))
    assert [str(f) for f in new.faults.found] == [
        "Values: lacks 2 values that xkx holds (number-of-permits/2021, number-of-permits/2022): "
        "add them again (gcm-ld export writes all of them), or add --merge to keep them as they "
        "are, or --force to take them out"
    ]
    forced = revised(old, row(Period="2023"), force=True)
    assert forced.faults.found == []
    assert set(observations(forced)) == {"values/number-of-permits/2023"}
    merged = revised(old, row(Period="2024"), merge=True)
    assert merged.faults.found == []
    assert [o.period for o in observations(merged).values()] == ["2021", "2022", "2023", "2024"]


def test_revised_with_nothing_earlier_is_doubted() -> None:
    new = revised([], row(Status="Revised"))
    assert [(f.warning, str(f)) for f in new.faults.found] == [
        (
            True,
            "Values, row 2, column Status: “Revised” is revised, and there is no earlier figure: "
            "add it as a row with Edition 1, if it is known",
        )
    ]


def test_a_table_with_editions_holds_everything() -> None:
    rows = row(Value="7", Status="Revised"), row(Edition="1"), row(Value="6", Edition="2")
    new = revised([], *rows)
    assert new.faults.found == []
    found = observations(new)
    value, first, second = (
        found[f"values/{end}"]
        for end in (
            "number-of-permits/2021",
            "earlier/number-of-permits/2021/1",
            "earlier/number-of-permits/2021/2",
        )
    )
    assert (value.revision_of, second.revision_of) == (second.iri, first.iri)
    # A folder that holds the last figure still gets it from the table.
    put_aside = revised(published(row(Value="6"), row(Period="2020")), *rows, row(Period="2020"))
    assert put_aside.faults.found == []
    kept = [o for o in observations(put_aside).values() if o.edition]
    assert [(o.edition, o.value) for o in kept] == [("1", "5"), ("2", "6")]
    # An earlier edition does not change any more.
    changed = revised(list(new.records), rows[0], row(Value="4", Edition="1"), rows[2])
    assert [str(f) for f in changed.faults.found] == [
        "Values, row 3, column Value: “4” is edition 1, which xkx holds as 5: correct it: what was "
        "published does not change any more"
    ]


def test_editions_belong_to_a_value_and_are_counted() -> None:
    assert faults(row(Edition="1")) == [
        "Values, row 2, column Edition: is an earlier figure of a value that has no row of its "
        "own: add the row of the value that replaced it, or leave Edition blank"
    ]
    assert faults(row(), row(Edition="2")) == [
        "Values, row 3, column Edition: is edition 2, and there is no edition 1: number the "
        "earlier figures 1, 2 … in the order published"
    ]


def test_a_target_that_changed_is_said() -> None:
    old = published(targets=[row(What="Target", Period="2030")])
    new = revise(read(targets=[row(What="Target", Period="2030", Value="7")]), old, name="xkx")
    assert [(f.warning, str(f)) for f in new.faults.found] == [
        (True, "Targets, row 2, column Value: “7” replaces a target of 5: check it")
    ]


def test_what_became_of_each_value_is_told() -> None:
    old = published(
        row(Period="2019"),
        row(Period="2020"),
        row(Period="2021", Status="Provisional"),
        row(Period="2022"),
        row(Period="2023"),
    )
    rows = (
        row(Period="2019"),
        row(Period="2020", Value="6", Status="Revised"),
        row(Period="2021", Value="7"),
        row(Period="2024"),
    )
    merged = revised(old, *rows, merge=True)
    assert merged.faults.found == []
    assert merged.changes is not None
    assert merged.changes.counts() == {
        "new": 1, "same": 1, "replaced": 2, "overwritten": 0, "removed": 0, "kept": 2,
    }  # fmt: skip
    assert list(merged.changes.lines()) == [
        "values: 1 new, 1 as before, 2 kept from before",
        "  2 replaced, earlier figure kept:",
        "    number-of-permits/2020 from 5 to 6",
        "    number-of-permits/2021 from 5 to 7",
    ]
    forced = revised(old, row(Period="2019", Value="8"), force=True)
    assert forced.changes is not None
    assert list(forced.changes.lines()) == [
        "values: none new",
        "  1 overwritten, earlier figure gone:",
        "    number-of-permits/2019 from 5 to 8",
        "  4 taken out, with what they replaced:",
        "    number-of-permits/2020",
        "    number-of-permits/2021",
        "    number-of-permits/2022",
        "    and 1 more",
    ]
    # Nothing was there: nothing is told.
    assert revised([], row()).changes is None
