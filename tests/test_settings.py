"""Settings: what is right is kept, and everything that is wrong is told at once with its cure."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcm_ld import __version__, open_dataset
from gcm_ld.errors import FileError, InputError
from gcm_ld.publish.authorities import AUTHORITIES, EU
from gcm_ld.publish.settings import Agent, Settings, Version, read_settings, settings_template
from gcm_ld.publish.values import a_date, an_address, an_email, an_iri, base_address
from gcm_ld.resources import folder
from tests.publications import SETTINGS


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def faults(tmp_path: Path, text: str) -> list[str]:
    path = write(tmp_path / "publish.toml", text)
    with pytest.raises(InputError) as error:
        read_settings(path)
    lines = str(error.value).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    return [line.removeprefix(f"{path}: ") for line in lines]


def test_the_shipped_settings_are_those_of_the_project() -> None:
    settings = read_settings(None)
    assert settings.version == __version__
    assert (settings.license, settings.publisher.name) == ("CC-BY-4.0", "gcm-ld contributors")
    assert settings.base_iri == settings.site_url == "https://w3id.org/gcm-ld/"
    root = folder("data").parent / "CITATION.cff"
    if root.exists():
        assert f'date-released: "{settings.date}"' in root.read_text(encoding="utf-8")
    groups = {path.parent.name for path in folder("data").glob("*/*.ttl")}
    assert set(settings.series) == groups
    for name in settings.datasets:
        assert (folder("data") / f"{name}.ttl").exists()


def test_every_setting_arrives(tmp_path: Path) -> None:
    settings = read_settings(write(tmp_path / "publish.toml", SETTINGS))
    assert settings.languages == ("en", "sq")
    assert settings.date == "2026-02-01"
    assert settings.publisher == Agent(
        name="Ministry of Interior", type="NationalAuthority", homepage="https://mb.gov.al/"
    )
    assert settings.contact.email == "statistics@mb.gov.al"
    assert settings.previous == (Version(version="1.0", date="2025-02-01"),)
    assert settings.datasets["claims"].title == "What the manual claims"


def test_the_settings_are_what_they_were_wherever_the_file_is(tmp_path: Path) -> None:
    one = write(tmp_path / "a.toml", SETTINGS)
    other = write(tmp_path / "b.toml", SETTINGS)
    assert repr(read_settings(one)) == repr(read_settings(other))


def test_the_command_line_has_the_last_word(tmp_path: Path) -> None:
    path = write(tmp_path / "publish.toml", 'date = 2026-01-01\nbase_iri = "https://a.gov/"')
    settings = read_settings(path, base_iri="https://b.gov/x", date="2026-03-01")
    assert (settings.base_iri, settings.date) == ("https://b.gov/x/", "2026-03-01")
    assert settings.site_url == "https://b.gov/x/"  # IRIs that lead to what they name
    with pytest.raises(InputError) as error:
        read_settings(path, base_iri="b.gov", date="yesterday")
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "--base-iri",
        "--date",
    ]


def test_without_a_file_the_data_give_the_title() -> None:
    dataset = open_dataset(folder("data") / "ogp")
    settings = read_settings(None, dataset=dataset)
    assert settings.title == "Albania Action Plan 2023–2025"
    assert settings.publisher == Agent()
    assert read_settings(None, dataset=open_dataset()).title == read_settings(None).title


def test_the_template_is_a_settings_file(tmp_path: Path) -> None:
    text = settings_template()
    assert faults(tmp_path, text) == [
        "title: is blank: fill it in, or delete the line",
        "description: is blank: fill it in, or delete the line",
        "publisher.name: is blank: fill it in, or delete the line",
    ]
    filled = text.replace('= ""', '= "Something"')
    assert read_settings(write(tmp_path / "filled.toml", filled)).publisher.name == "Something"


def test_the_template_names_every_setting() -> None:
    """Uncommented, it holds each setting that there is, and none that there is not."""
    text = settings_template()
    fields = set(Settings.__dataclass_fields__) - {"file", "previous", "creators", "datasets"}
    lines = [line.removeprefix("# ").partition(" = ")[0] for line in text.splitlines()]
    tables = {line.strip("[]").partition(".")[0] for line in lines if line.startswith("[")}
    known = {line for line in lines if line.isidentifier()}
    assert fields - {"publisher", "contact", "series"} <= known
    assert {"publisher", "contact", "creator", "previous", "dataset", "series"} <= tables


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("titel = 'x'", 'titel: no such setting. Did you mean "title"?'),
        ("[publisher]\nnmae = 'x'", 'publisher.nmae: no such setting. Did you mean "name"?'),
        ("title = 3", '3 is not a text: write it in quotes, as in "…"'),
        ("title = '  '", "is blank: fill it in, or delete the line"),
        ("keywords = 'a, b'", 'a, b is not a list: write it in brackets, as in ["…"]'),
        ("keywords = [1]", "1 is not a text"),
        ("date = '2026-02-30'", "there is no day 2026-02-30: correct it"),
        ("date = '1 May 2026'", "1 May 2026 is not a date: write it as in 2026-01-31"),
        ("date = 2026-01-01T00:00:00Z", "is not a date"),
        ("date = 2026", "2026 is not a date"),
        ("site_url = 'data.gov'", "is not an IRI: write it in full, as in https://…"),
        ("site_url = 'ftp://data.gov/'", "is not a web address"),
        ("site_url = 'https://data.gov/?a=b'", "has a ? or #: give the address of a folder"),
        ("site_url = 'https://data.gov:x/'", "check host and port"),
        ("site_url = 'https://me:secret@data.gov/'", "holds a user's name: leave it out"),
        ("base_iri = 'https://data gov/'", "has a character that an IRI can't"),
        ("[contact]\nemail = 'office at gov'", "is not an e-mail address"),
        ("[contact]\nemail = 'a@b'", "is not an e-mail address"),
        ("themes = ['SOZI']", "no code SOZI: use one of AGRI, "),
        ("languages = ['english']", "no code english: use one of "),
        ("license = 'CC-BY'", "Or give the address of another licence."),
        ("[publisher]\ntype = 'Ministry'", "no code Ministry: use one of "),
        ("publisher = 'x'", "publisher: write it as a table, under a line [publisher]"),
        ("previous = ['1.0']", "previous: write each under a line [[previous]] of its own"),
        ("[[creator]]\n[[creator]]\nnmae = 'x'", "creator 2.nmae: no such setting."),
        ("[dataset]\nclaims = 'x'", 'dataset."claims": write it as a table'),
    ],
)
def test_a_fault_names_the_setting_and_the_cure(tmp_path: Path, text: str, fault: str) -> None:
    (found,) = faults(tmp_path, text)
    assert fault in found
    assert ": " in found


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = "titel = 'x'\ndate = 'x'\n[contact]\nemail = 'x'\n[publisher]\nname = 1"
    assert [f.partition(":")[0] for f in faults(tmp_path, text)] == [
        "titel",
        "date",
        "publisher.name",
        "contact.email",
    ]


def test_files_that_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        read_settings(tmp_path / "none.toml")
    with pytest.raises(FileError, match=r"this is not TOML: .*line 1"):
        read_settings(write(tmp_path / "a.toml", "title = x"))
    (tmp_path / "b.toml").write_bytes(b'title = "\xff"')
    with pytest.raises(FileError, match="not UTF-8"):
        read_settings(tmp_path / "b.toml")
    (tmp_path / "c.toml").write_bytes(b'\xef\xbb\xbftitle = "T"\r\n')
    assert read_settings(tmp_path / "c.toml").title == "T"


def test_codes_are_taken_however_they_are_written(tmp_path: Path) -> None:
    text = f"themes = ['soci', '{EU}data-theme/GOVE', 'SOCI']\nlicense = 'cc-by-4.0'"
    settings = read_settings(write(tmp_path / "publish.toml", text))
    assert (settings.themes, settings.license) == (("SOCI", "GOVE"), "CC-BY-4.0")


@pytest.mark.parametrize(
    ("license_", "code"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC_BY_4_0"),
        ("http://creativecommons.org/licenses/by/4.0/legalcode", "CC_BY_4_0"),
        ("CC0-1.0", "CC0"),
        ("https://creativecommons.org/licenses/by/3.0/", None),
    ],
)
def test_a_licence_is_known_by_code_and_address(license_: str, code: str | None) -> None:
    found = AUTHORITIES.find("licence", license_)
    assert found == (f"{EU}licence/{code}" if code else None)


@given(st.text(max_size=30))
def test_what_is_accepted_is_what_it_says(text: str) -> None:
    """A value that passes is fit for the record; another is refused in words."""
    import datetime
    from urllib.parse import urlsplit

    for check in (a_date, an_iri, an_address, base_address, an_email):
        try:
            value = check(text)
        except ValueError as error:
            assert ": " in str(error)
            continue
        if check is a_date:
            assert datetime.date.fromisoformat(value).isoformat() == value
        elif check is an_email:
            assert value.count("@") == 1 and not any(c.isspace() for c in value)
        else:
            assert urlsplit(value).scheme and not any(c.isspace() or c in '<>"' for c in value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(st.sampled_from(["name", "title", "x"]), inner, max_size=2)
        ),
        max_leaves=5,
    ),
    st.sampled_from(["title", "publisher", "creator", "dataset", "keywords", "date", "license"]),
)
def test_nothing_in_a_file_makes_it_stumble(value: object, name: str) -> None:
    from gcm_ld.publish.settings import _Reader

    reader = _Reader()
    reader.read({name: value})
    assert all(": " in fault for fault in reader.faults)


def test_the_shipped_settings_are_toml_with_known_names_only() -> None:
    from gcm_ld.publish.settings import _Reader

    path = Path(str(folder("data").parent)) / "gcm_ld" / "publish" / "settings.toml"
    if path.exists():
        reader = _Reader()
        reader.read(tomllib.loads(path.read_text(encoding="utf-8")))
        assert reader.faults == []
