"""Family A13: what the program wrote itself is not believed: vouchers, caches, registers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.attacks.hostile import DAY, SECRET, Yard

OTHER = "ledgers/vouchers/2026/01/2026-01-06.beancount"


def edited(yard: Yard, path: str, change: Callable[[bytes], bytes]) -> None:
    target = yard.root / path
    before = target.read_bytes()
    target.write_bytes(change(before))
    assert target.read_bytes() != before


def forged(data: bytes) -> bytes:
    """Figures changed, and every digest that stands in the file made anew."""
    body = data.replace(b"20.00", b"99.00")
    digest = sha256(body).hexdigest().encode()
    return re.sub(rb"sha256:[0-9a-f]{64}", b"sha256:" + digest, body)


def swapped(yard: Yard) -> None:
    """A day's vouchers in the file of another day."""
    yard.put(DAY, (yard.root / OTHER).read_bytes())
    (yard.root / OTHER).unlink()


CHANGES: dict[str, tuple[Callable[[Yard], None], str]] = {
    "figure": (lambda y: edited(y, DAY, lambda d: d.replace(b"20.00", b"99.00")), "differs"),
    "one side": (lambda y: edited(y, DAY, lambda d: d.replace(b" 20.00", b" 21.00", 1)), "differs"),
    "digest too": (lambda y: edited(y, DAY, forged), "differs"),
    "account": (lambda y: edited(y, DAY, lambda d: d.replace(b"1405", b"1002")), "differs"),
    "text": (lambda y: edited(y, DAY, lambda d: d.replace("华东".encode(), b"x")), "differs"),
    "date": (
        lambda y: edited(y, DAY, lambda d: d.replace(b"2026-01-05 *", b"2026-01-07 *")), "differs",
    ),
    "party": (lambda y: edited(y, DAY, lambda d: d.replace(b'"V1"', b'"C1"')), "differs"),
    "emptied": (lambda y: edited(y, DAY, lambda d: b""), "vouchers-unposted"),
    "deleted": (lambda y: (y.root / DAY).unlink(), "vouchers-unposted"),
    "one deleted": (
        lambda y: edited(y, OTHER, lambda d: d.rpartition(b"\n\n")[0] + b"\n"), "missing",
    ),
    "doubled": (lambda y: edited(y, DAY, lambda d: d + b"\n" + d.partition(b"\n\n")[2]), "doubled"),
    "added": (
        lambda y: edited(y, DAY, lambda d: d + b"\n" + d.partition(b"\n\n")[2].replace(
            b"/R1/", b"/R9/")), "orphan",
    ),
    "file added": (
        lambda y: (y.put("ledgers/vouchers/2027/01/2027-01-01.beancount",
                         (y.root / DAY).read_bytes().replace(b"/R1/", b"/R9/")), None)[1], "orphan",
    ),
    "swapped": (lambda y: swapped(y), ""),
}  # fmt: skip


@pytest.mark.req("SE-12", "TE-03", "FIN-03")
@pytest.mark.parametrize("case", sorted(CHANGES))
def test_vouchers_changed_by_hand_are_found_and_made_anew(yard: Yard, case: str) -> None:
    before = yard.files()
    change, word = CHANGES[case]
    change(yard)
    said = yard("check", "--format", "json")
    if word:
        assert said.code in {1, 3}
        assert word in said.out
    assert yard("post", "--check").code in {1, 3}
    assert yard("post").code == 0
    assert yard.files() == before, "post makes the very same bytes"


def cached(yard: Yard) -> list[Path]:
    return [p for p in (yard.secret.parent / "cache").rglob("*") if p.is_file()]


def as_link(path: Path, secret: Path) -> None:
    path.unlink()
    path.symlink_to(secret)


def as_pipe(path: Path, _: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def as_folder(path: Path, _: Path) -> None:
    path.unlink()
    path.mkdir()


HARM: dict[str, Callable[[Path, Path], object]] = {
    "truncated": lambda path, _: path.write_bytes(path.read_bytes()[:-9]),
    "emptied": lambda path, _: path.write_bytes(b""),
    "one bit": lambda path, _: path.write_bytes(
        path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])
    ),
    "noise": lambda path, _: path.write_bytes(os.urandom(3000)),
    "link": as_link,
    "pipe": as_pipe,
    "folder": as_folder,
    "foreign owner": lambda path, _: os.chown(path, 12345, 12345),
    "writable folder": lambda path, _: path.parent.chmod(0o777),
}


@pytest.mark.req("OP-07", "SE-12", "TE-03")
@pytest.mark.parametrize("harm", sorted(HARM))
def test_a_harmed_cache_changes_no_figure(yard: Yard, harm: str) -> None:
    if harm == "foreign owner" and os.geteuid() != 0:
        pytest.skip("only root can give files away")
    wanted = yard("stock", "--format", "json")
    assert cached(yard)
    for path in cached(yard):
        HARM[harm](path, yard.secret)
    assert yard("stock", "--format", "json") == wanted
    assert yard("check").code == 0
    assert SECRET in yard.secret.read_text()


@pytest.mark.req("OP-07")
def test_entries_of_other_files_under_this_name_are_not_believed(yard: Yard) -> None:
    """An older valid entry and one of another ledger, swapped in by hand."""
    wanted = yard("stock", "--format", "json")
    path = "ledgers/movements/2026/01/2026-01-05.beancount"
    text = (yard.root / path).read_text()
    (yard.root / path).write_text(text.replace("10 SKU-A", "90 SKU-A"))
    yard("stock")
    entries = [p for p in cached(yard) if "index" not in p.parts]
    contents = [p.read_bytes() for p in entries]
    for at, entry in enumerate(entries):
        entry.write_bytes(contents[at - 1])
    (yard.root / path).write_text(text)
    assert yard("stock", "--format", "json") == wanted
