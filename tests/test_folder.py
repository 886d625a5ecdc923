"""The published folder: exchanged in one step, and nothing of anybody else's is lost."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gcm_ld.errors import FileError, InputError
from gcm_ld.publish import folder as module
from gcm_ld.publish.disk import clone, exchange, remove
from gcm_ld.publish.folder import MANIFEST, Folder


def _publish(target: Path, files: dict[str, bytes]) -> Folder:
    with Folder(target) as folder:
        for name, content in files.items():
            folder.write(name, content)
        folder.commit()
    return folder


def _tree(target: Path) -> dict[str, bytes]:
    return {
        p.relative_to(target).as_posix(): p.read_bytes()
        for p in target.rglob("*")
        if p.is_file() and ".gcm-ld" not in p.parts
    }


def _beside(target: Path) -> list[str]:
    return sorted(p.name for p in target.parent.iterdir() if p != target)


def test_a_new_folder_has_the_files_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    site = tmp_path / "deep" / "site"
    _publish(site, {"index.html": b"1", "id/a.html": b"2"})
    assert _tree(site) == {"index.html": b"1", "id/a.html": b"2"}
    assert _beside(site) == []


def test_the_manifest_is_what_sha256sum_checks(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _publish(site, {"index.html": b"1", "id/ë.html": b"2"})
    check = ["sha256sum", "--check", "--quiet", MANIFEST]
    assert subprocess.run(check, cwd=site, check=False).returncode == 0
    (site / "index.html").write_bytes(b"x")
    assert subprocess.run(check, cwd=site, check=False, capture_output=True).returncode == 1


def test_only_what_changed_is_written_and_what_is_no_more_goes(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _publish(site, {"same": b"1", "changed": b"2", "gone": b"3"})
    before = {name: (site / name).stat().st_ino for name in ("same", "changed")}
    folder = _publish(site, {"same": b"1", "changed": b"4", "new": b"5"})
    assert _tree(site) == {"same": b"1", "changed": b"4", "new": b"5"}
    assert folder.written == 2
    assert (site / "same").stat().st_ino == before["same"]
    assert (site / "changed").stat().st_ino != before["changed"]


def test_kept_files_are_those_that_nobody_touched(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _publish(site, {"a": b"1", "b": b"2", "c": b"3"})
    time.sleep(0.02)
    (site / "b").write_bytes(b"by hand")
    (site / "c").unlink()
    with Folder(site) as folder:
        assert [folder.keep(name) for name in ("a", "b", "c", "d")] == [True, False, False, False]
        assert folder.read_old("a") == b"1"
        assert folder.read_old("b") is None
        for name, content in (("b", b"2"), ("c", b"3")):
            folder.write(name, content)
        folder.commit()
    assert _tree(site) == {"a": b"1", "b": b"2", "c": b"3"}


def test_files_of_others_stay_as_they_are(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "CNAME").write_text("data.example.org")
    (site / "private").mkdir(mode=0o700)
    (site / "private" / "notes.txt").write_text("mine")
    (site / "empty").mkdir()
    (site / "link").symlink_to("private", target_is_directory=True)
    for content in (b"1", b"2"):
        _publish(site, {"index.html": content})
        assert (site / "index.html").read_bytes() == content
        assert (site / "CNAME").read_text() == "data.example.org"
        assert (site / "private" / "notes.txt").read_text() == "mine"
        assert (site / "private").stat().st_mode & 0o777 == 0o700
        assert (site / "empty").is_dir()
        assert (site / "link").is_symlink()


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [("index.html", "index.html"), ("id", "id/a.html"), ("id/a/mine.txt", "id/a")],
)
def test_a_file_of_others_in_the_way_is_told_and_kept(
    tmp_path: Path, foreign: str, ours: str
) -> None:
    site = tmp_path / "site"
    (site / foreign).parent.mkdir(parents=True)
    (site / foreign).write_text("mine")
    with pytest.raises(InputError, match="in the way"):
        _publish(site, {ours: b"1"})
    assert _tree(site) == {foreign: b"mine"}
    assert _beside(site) == []


def test_nothing_is_written_or_deleted_through_a_link_of_others(tmp_path: Path) -> None:
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    _publish(site, {"index.html": b"1", "id/a.html": b"1", "id/gone.html": b"1"})
    (site / "id").rename(elsewhere)
    (site / "id").symlink_to(elsewhere, target_is_directory=True)
    (elsewhere / "a.html").write_text("mine")
    with pytest.raises(InputError, match="site/id: is in the way"):
        _publish(site, {"index.html": b"2", "id/a.html": b"2"})
    assert (site / "index.html").read_bytes() == b"1"
    _publish(site, {"index.html": b"2"})  # nothing of ours lies behind the link now
    assert (site / "index.html").read_bytes() == b"2"
    assert (site / "id").is_symlink()
    assert _tree(elsewhere) == {"a.html": b"mine", "gone.html": b"1"}


def test_a_list_of_files_that_somebody_changed_leads_nowhere_else(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _publish(site, {"index.html": b"1"})
    (tmp_path / "mine.txt").write_text("mine")
    with (site / MANIFEST).open("a") as manifest:
        manifest.write(f"{'0' * 64}  ../mine.txt\n{'0' * 64}  /{tmp_path}/mine.txt\n")
    _publish(site, {"index.html": b"2"})
    assert (tmp_path / "mine.txt").read_text() == "mine"
    shutil.move(site / ".gcm-ld", tmp_path / "state")
    (site / ".gcm-ld").symlink_to(tmp_path / "state")
    with pytest.raises(InputError, match="is a link, and not ours"):
        _publish(site, {"index.html": b"3"})


@pytest.mark.parametrize("name", ["site [1]", "*", "a?b"])
def test_a_folder_of_an_odd_name_clears_away_its_own_leavings_only(
    tmp_path: Path, name: str
) -> None:
    for left in (f".{name}.gcm-ld-00", ".other.gcm-ld-00"):
        (tmp_path / left).mkdir()
        (tmp_path / f"{left}.unfinished").touch()
    _publish(tmp_path / name, {"index.html": b"1"})
    assert _beside(tmp_path / name) == [".other.gcm-ld-00", ".other.gcm-ld-00.unfinished"]


def test_what_somebody_adds_meanwhile_is_not_lost(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _publish(site, {"index.html": b"1"})
    (site / "robots.txt").write_text("old")

    class Slow(Folder):
        def _exchange(self) -> None:
            (self.target / "late.txt").write_text("late")
            new = self.target / "robots.new"
            new.write_text("new")
            new.replace(self.target / "robots.txt")
            super()._exchange()

    with Slow(site) as folder:
        folder.write("index.html", b"2")
        folder.commit()
    assert _tree(site) == {"index.html": b"2", "late.txt": b"late", "robots.txt": b"new"}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "a//b", "a/./b", "a\\b", "a\0b"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="outside"):
        _publish(tmp_path / "site", {name: b"1"})
    assert not (tmp_path / "site").exists()


def test_an_error_on_the_way_leaves_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _publish(site, {"index.html": b"1"})
    with pytest.raises(RuntimeError), Folder(site) as folder:
        folder.write("index.html", b"2")
        raise RuntimeError
    assert _tree(site) == {"index.html": b"1"}
    assert _beside(site) == []


def test_a_link_to_the_folder_keeps_leading_there(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "site"
    link.symlink_to("real")
    _publish(link, {"index.html": b"1"})
    _publish(link, {"index.html": b"2"})
    assert link.is_symlink()
    assert _tree(real) == {"index.html": b"2"}


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        _publish(tmp_path / "site", {})


@pytest.mark.parametrize("where", [".", "deep"])
def test_nobody_is_left_in_a_folder_that_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    site = tmp_path / "site"
    _publish(site, {"deep/index.html": b"1"})
    monkeypatch.chdir(site / where)
    with pytest.raises(InputError, match="you are in this folder"):
        _publish(site, {"deep/index.html": b"2"})
    assert _tree(site) == {"deep/index.html": b"1"}


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with Folder(site) as first:
        with pytest.raises(InputError, match="another gcm-ld publish"):
            _publish(site, {})
        first.write("index.html", b"1")
        first.commit()
    assert _tree(site) == {"index.html": b"1"}


def test_without_an_exchange_two_renames_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "exchange", lambda *_: False)
    site = tmp_path / "site"
    _publish(site, {"index.html": b"1"})
    _publish(site, {"index.html": b"2"})
    assert _tree(site) == {"index.html": b"2"}
    # Killed between the two: the next run puts the old site back before it begins.
    site.rename(tmp_path / ".site.gcm-ld.old")
    with Folder(site) as folder:
        assert _tree(site) == {"index.html": b"2"}
        folder.write("index.html", b"3")
        folder.commit()
    assert _tree(site) == {"index.html": b"3"}
    assert _beside(site) == []


@pytest.mark.parametrize("helped", [True, False], ids=["by the system", "by ourselves"])
def test_a_clone_shares_files_and_a_removal_spares_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, helped: bool
) -> None:
    if not helped:
        monkeypatch.setattr(shutil, "which", lambda _: None)
    one, other = tmp_path / "-one", tmp_path / "-other"
    (one / "deep").mkdir(parents=True)
    (one / "deep" / "file").write_text("x")
    (one / "link").symlink_to("deep")
    clone(one, other)
    assert (other / "deep" / "file").stat().st_ino == (one / "deep" / "file").stat().st_ino
    assert (other / "link").is_symlink()
    remove(one)
    assert not one.exists()
    assert (other / "deep" / "file").read_text() == "x"
    remove(tmp_path / "nowhere")


def test_what_is_aside_after_a_failure_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that somebody adds at the last moment outlives even an error right after it."""
    site = tmp_path / "site"
    _publish(site, {"index.html": b"1"})

    class Failing(Folder):
        def _exchange(self) -> None:
            (self.target / "late.txt").write_text("late")
            super()._exchange()

        def _rescue(self, old: Path) -> None:
            raise OSError(errno.EIO, "no luck")

    with pytest.raises(FileError, match="can't be written"), Failing(site) as folder:
        folder.write("index.html", b"2")
        folder.commit()
    assert _tree(site) == {"index.html": b"2"}
    _publish(site, {"index.html": b"3"})
    assert _tree(site) == {"index.html": b"3", "late.txt": b"late"}
    assert _beside(site) == []


def test_an_exchange_swaps_two_folders(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    if not exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("this disk can't exchange two folders")
    assert (tmp_path / "a" / "b").exists()
    with pytest.raises(OSError, match="No such file"):
        exchange(tmp_path / "a", tmp_path / "nowhere")


def test_a_disk_without_second_names_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    site = tmp_path / "site"
    _publish(site, {"same": b"1", "changed": b"2"})
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    _publish(site, {"same": b"1", "changed": b"3"})
    assert _tree(site) == {"same": b"1", "changed": b"3"}


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs to mount a disk")
def test_a_full_disk_is_told_and_the_old_site_stands(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        site = disk / "site"
        _publish(site, {"index.html": b"1" * 1000})
        with pytest.raises(FileError, match="the disk is full"):
            _publish(site, {f"{n}": os.urandom(50_000) for n in range(20)})
        assert _tree(site) == {"index.html": b"1" * 1000}
        assert _beside(site) == []
        with pytest.raises(InputError, match="where a disk is mounted"):
            _publish(disk, {})
    finally:
        subprocess.run(["umount", str(disk)], check=False)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a place where nobody may write")
def test_a_folder_that_may_not_be_written_is_told() -> None:
    with pytest.raises(FileError, match="can't be written"):
        _publish(Path("/proc/site"), {})


_LOOP = """
import sys
from pathlib import Path
from gcm_ld.publish.folder import Folder
n = 1
while True:
    with Folder(Path(sys.argv[1])) as folder:
        for name in range(30):
            folder.write(f"{name % 5}/{name}", b"%d" % n)
        folder.write("same", b"0")
        folder.commit()
    n += 1
    print(n, flush=True)
"""


def test_killed_at_any_moment_one_whole_site_stands(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "mine.txt").write_text("mine")
    dice = random.Random(7)
    seen = set()
    for _ in range(25):
        process = subprocess.Popen(
            [sys.executable, "-c", _LOOP, str(site)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        for _ in range(dice.randrange(1, 4)):
            process.stdout.readline()
        time.sleep(dice.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        tree = _tree(site)
        assert tree.pop("mine.txt") == b"mine"
        assert tree.pop("same") == b"0"
        assert len(tree) == 30
        assert len(set(tree.values())) == 1, "a mixture of two sites"
        seen |= set(tree.values())
        subprocess.run(["sha256sum", "--check", "--quiet", MANIFEST], cwd=site, check=True)
    assert len(seen) > 1
    _publish(site, {"index.html": b"1"})
    assert _tree(site) == {"index.html": b"1", "mine.txt": b"mine"}
    assert _beside(site) == []
