"""What a change of the data can show on: the pages that have to be made again."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from gcm_ld import Dataset
from gcm_ld.namespaces import DCTERMS, GCMO, ID, SKOS
from gcm_ld.publish.changes import Changes
from gcm_ld.publish.dumps import Dump
from gcm_ld.publish.settings import Settings
from gcm_ld.publish.site import Site

NSM = ID + "alb-nsm-2019"
ASSESSMENT = ID + "crosswalk/gcm--alb-nsm-2019/assessment/1.a"


@pytest.fixture(scope="module")
def site(dataset: Dataset) -> Site:
    return Site(dataset, Settings(title="t", description="d"))


def _affected(site: Site, subject: str, predicate: str, *, made: bool = False) -> set[str]:
    """Return what is affected where a text is another one than before."""
    graph = ox.NamedNode("https://example.org/dataset")
    old, new = (
        Dump.of(
            graph,
            [ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text))],
            (),
        )
        for text in ("before", "after")
    )
    changes = Changes()
    changes.add(old, new, made=made)
    assert bool(changes.labelled) == (predicate == SKOS + "prefLabel" and not made)
    return changes.affected(site)


def test_a_note_shows_on_its_resource_and_those_next_to_it(site: Site) -> None:
    affected = _affected(site, ID + "alb-nsm-2019/outcome/A2.2", SKOS + "scopeNote")
    assert ID + "alb-nsm-2019/outcome/A2.2" in affected
    assert ID + "gcm/action/1.a" in affected  # aligned with it
    assert ID + "crosswalk/gcm--alb-nsm-2019/alignment/1.a--A2.2" in affected
    assert ASSESSMENT not in affected
    assert ID + "gcm/action/22.b" not in affected


def test_a_name_shows_as_far_as_a_record_carries_it(site: Site) -> None:
    """The page of an action names the framework that its assessment is against."""
    assert ID + "gcm/action/22.b" in _affected(site, NSM, SKOS + "prefLabel")
    assert ID + "gcm/action/22.b" not in _affected(site, NSM, DCTERMS + "identifier")


def test_a_record_shows_on_pages_two_steps_away(site: Site) -> None:
    """The page of an action lists what is odd in the row that its assessment was read from."""
    anomaly = ID + "crosswalk/gcm--alb-nsm-2019/anomaly/1.a-unusual-code"
    assert ID + "gcm/action/1.a" in _affected(site, anomaly, GCMO + "sourceRow")


def test_names_in_the_catalogue_are_no_names_of_the_data(site: Site) -> None:
    assert NSM in _affected(site, NSM, SKOS + "prefLabel", made=True)


def test_the_same_statements_affect_nothing(site: Site) -> None:
    part = next(p for p in site.parts if p.name == "alb/claims")
    dump = Dump.of(part.graph, site.triples(part), site.derived(part))
    changes = Changes()
    changes.add(dump, dump)
    assert not changes
    assert changes.affected(site) == set()
    changes.add(dump, None)
    assert {str(t.subject.value) for t in site.triples(part)} <= changes.affected(site)
