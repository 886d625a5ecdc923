"""Where resources stand in the published folder: within it, apart from each other, on any disk."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote, urljoin

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gcm_ld.errors import InputError
from gcm_ld.publish.paths import Paths, check_names, link, url_of

PATHS = Paths("https://w3id.org/gcm-ld/")
ID = "https://w3id.org/gcm-ld/id/"


@pytest.mark.parametrize(
    ("iri", "stem"),
    [
        (ID + "gcm", "id/gcm"),
        (ID + "gcm/action/1.a", "id/gcm/action/1.a"),
        (
            ID + "crosswalk/gcm--sdg/alignment/1.a--17.18",
            "id/crosswalk/gcm--sdg/alignment/1.a--17.18",
        ),
        ("http://metadata.un.org/sdg", "sdg"),
        ("http://metadata.un.org/sdg/C100702", "sdg/C100702"),
        ("http://publications.europa.eu/resource/authority/country/ALB", "country/ALB"),
        ("https://undocs.org/A/RES/73/195", "resource/undocs.org/A/RES/73/195"),
        ("urn:x:y", "resource/x%3Ay"),
        ("http://a/b?c=d#e", "resource/a/b%3Fc=d%23e"),
    ],
)
def test_an_iri_has_its_place(iri: str, stem: str) -> None:
    assert PATHS.stem(iri) == stem
    assert PATHS.page(iri) == stem + ".html"


def test_own_bases_lead_to_the_same_folder() -> None:
    own = Paths("https://data.example.org/gcm/")
    assert own.stem("https://data.example.org/gcm/id/xkx/objective/A") == "id/xkx/objective/A"
    assert own.stem(ID + "gcm/action/1.a") == "id/gcm/action/1.a"


@pytest.mark.parametrize(
    "tail",
    [
        "../../etc/passwd",
        "x/..",
        "%2e%2e/%2E%2e",
        "..%2F..%2Fetc",
        "./a",
        "a//b",
        "%00",
        ".git/config",
        "a%5Cb",
        "c:%5Cx",
        "con/aux.a",
        "x.",
        "x%20",
        "~root",
        "%ED%A0%80",
        "100%25",
        "\u202e",
    ],
)
def test_an_odd_iri_stays_within_the_folder(tail: str) -> None:
    name = PATHS.page(ID + tail)
    steps = name.split("/")
    assert steps[0] == "id"
    assert not {"", ".", ".."} & set(steps)
    assert not any(step.startswith((".", "~")) for step in steps)
    assert not re.search(r'[\x00-\x1f\\:*?"<>|]', name)
    assert not any(re.match(r"(?i)(con|aux|nul|prn)(\.|$)", step) for step in steps)


_IRIS = st.text(
    st.sampled_from("ab.%/2eEfF5cC é~:") | st.characters(exclude_categories=["Cs", "Cn"]),
    max_size=14,
).map(ID.__add__)


@given(one=_IRIS, other=_IRIS)
@example(one=ID + "A%2F1", other=ID + "A%252F1")
@example(one=ID + "a", other=ID + "a/")
def test_names_are_safe_and_differ_where_iris_do(one: str, other: str) -> None:
    first, second = PATHS.page(one), PATHS.page(other)
    for name in (first, second):
        assert posixpath.normpath(name) == name
        assert not name.startswith(("/", ".."))
        # A browser that follows the link asks for this very file.
        assert unquote(urljoin("http://h/", url_of(name))) == "http://h/" + name
    # Different spellings of one IRI (RFC 3986, section 6.2.2) may meet.
    import unicodedata

    def spelled(iri: str) -> str:
        return unicodedata.normalize("NFC", "/".join(map(unquote, iri.split("/"))))

    assume(spelled(one) != spelled(other))
    if "�" not in unquote(one) + unquote(other) and first == second:
        # What is left: an empty step and a space are no names of a disk.
        assert re.search(r"//|/$|%20|\s", one + other)


def test_a_name_that_no_disk_can_hold_is_told() -> None:
    with pytest.raises(InputError, match="longer than a disk can hold"):
        PATHS.stem(ID + "x" * 300)
    assert PATHS.stem(ID + "x" * 200)


@pytest.mark.parametrize(
    "names",
    [
        ["id/a/A1.html", "id/a/a1.html"],
        ["id/A/x.html", "id/a/y.html"],
        ["id/a", "id/a/b.html"],
        ["id/a/b.html", "id/A"],
        ["id/straße.html", "id/STRASSE.html"],
    ],
)
def test_names_that_a_disk_takes_for_one_are_told(names: list[str]) -> None:
    with pytest.raises(InputError, match="can't hold both"):
        check_names(names)
    check_names(names[:1])
    check_names(["id/a.html", "id/a/b.html", "id/a.ttl", "id/a/c.html"])


_STEPS = st.lists(st.sampled_from(["a", "b.html", "c d", "é%23", "1.a"]), max_size=3)


@given(one=_STEPS, other=_STEPS)
def test_links_lead_from_page_to_page(one: list[str], other: list[str]) -> None:
    source, target = "/".join([*one, "p.html"]), "/".join([*other, "q.html"])
    for base in ("http://h/", "http://h/deep/base/", "file:///tmp/site/"):
        found = urljoin(base + url_of(source), link(source, target + "#part"))
        assert found == base + url_of(target) + "#part"
