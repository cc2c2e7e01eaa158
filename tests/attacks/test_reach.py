"""Family A2: nothing outside the books is read, written or quoted, whatever stands for a file."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from invledger.model import Refused
from invledger.store import FolderTree
from tests.attacks.hostile import DAY, SECRET, Yard, lay_out

MOVEMENT = "ledgers/movements/2026/01/x.beancount"
Prepare = Callable[[Yard], str]


def link(path: str) -> Prepare:
    """A link to the secret in place of a file."""

    def prepare(yard: Yard) -> str:
        target = yard.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.symlink_to(yard.secret)
        return path

    return prepare


def link_folder(path: str) -> Prepare:
    """A link to a folder outside in place of a folder: the same files, but not ours."""

    def prepare(yard: Yard) -> str:
        target, outside = yard.root / path, yard.secret.parent / "outside"
        if target.exists():
            shutil.move(target, outside)
        else:
            outside.mkdir()
            (outside / "x.beancount").write_text(SECRET)
        target.symlink_to(outside)
        return path

    return prepare


def pipe(path: str) -> Prepare:
    def prepare(yard: Yard) -> str:
        (yard.root / path).unlink(missing_ok=True)
        os.mkfifo(yard.root / path)
        return path

    return prepare


CASES: dict[str, Prepare] = {
    "movement": link(MOVEMENT),
    "hard name": link("ledgers/movements/2026/01/-rf.beancount"),
    "voucher": link(DAY),
    "company": link("rules/company.yaml"),
    "tax": link("rules/tax.yaml"),
    "rule": link("rules/movements/z.yaml"),
    "items": link("ledgers/items.beancount"),
    "parties": link("ledgers/parties.beancount"),
    "accounts": link("ledgers/accounts.beancount"),
    "locations": link("ledgers/locations.beancount"),
    "periods": link("ledgers/periods.beancount"),
    "prices": link("ledgers/prices.beancount"),
    "register": link("ledgers/register/2026-01.beancount"),
    "money": link("ledgers/money/2026/01/x.beancount"),
    "document": link("ledgers/documents/2026/01/x.beancount"),
    "movements folder": link_folder("ledgers/movements"),
    "month folder": link_folder("ledgers/movements/2026"),
    "new folder": link_folder("ledgers/movements/2027"),
    "rules folder": link_folder("rules/movements"),
    "vouchers folder": link_folder("ledgers/vouchers/2026"),
    "register folder": link_folder("ledgers/register"),
    "pipe": pipe(MOVEMENT),
    "pipe rule": pipe("rules/movements/z.yaml"),
    "pipe company": pipe("rules/company.yaml"),
}


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("case", sorted(CASES))
def test_what_is_no_plain_file_is_named_and_not_followed(yard: Yard, case: str) -> None:
    path = CASES[case](yard)
    said = yard("check", "--format", "json")
    assert said.code == 3
    assert '"file-not-plain"' in said.out
    assert path in said.text
    for words in (("stock",), ("balance", "--format", "csv"), ("post",)):
        assert yard(*words).code in {0, 3, 6}


@pytest.mark.req("SE-12")
@pytest.mark.parametrize("name", ["main", "stock"])
def test_a_linked_entry_file_is_a_finding(yard: Yard, name: str) -> None:
    path = link(f"ledgers/{name}.beancount")(yard)
    said = yard("check", "--format", "json")
    assert (said.code, path in said.out) == (3, True)


@pytest.mark.parametrize("path", ["ledgers/.post.lock", f"{DAY[:26]}/.2026-01-05.beancount.tmp"])
def test_links_where_the_program_writes_are_not_followed(yard: Yard, path: str) -> None:
    link(path)(yard)
    yard.put(DAY, "; edited\n")
    said = yard("post")
    assert said.code in {0, 3}
    if said.code:
        assert "file-not-plain" in said.err


def test_recording_into_a_link_is_refused(yard: Yard) -> None:
    link("ledgers/movements/2026/02/2026-02-01.T1.beancount")(yard)
    receipt = (
        "record", "purchase-receipt", "--party", "V1", "--item", "SKU-A", "--qty", "5",
        "--price", "2.00", "--to", "Assets:Stock:SH:Main", "--date", "2026-02-01",
    )  # fmt: skip
    assert yard(*receipt).code == 3


@pytest.mark.req("SE-12")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        (b"\xff.beancount", "file-name-bad"), (b"a\x1b[31m\n.beancount", "syntax"),
        (b"--help.beancount", "syntax"), (b"a/" * 20 + b"x.beancount", "folders-too-deep"),
        (b"%s{0}$(id).beancount", "syntax"), ("\u202e.beancount".encode(), "syntax"),
    ],
)  # fmt: skip
def test_odd_names_are_shown_harmlessly(yard: Yard, name: bytes, code: str) -> None:
    path = Path(os.fsdecode(os.fsencode(yard.root / "ledgers/movements/2026/01") + b"/" + name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("2026-01-01 open X\n")
    for format_ in ("table", "json", "sarif", "github"):
        said = yard("check", "--format", format_)
        assert said.code == 3
        assert code in said.text
        assert "\u202e" not in said.text


@pytest.mark.req("SE-12")
def test_sizes_beyond_the_limit_are_refused_before_reading(yard: Yard) -> None:
    os.truncate(yard.put(MOVEMENT, ""), 2**40)
    said = yard("stock")
    assert (said.code, "file-too-large" in said.err) == (3, True)


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize(
    "words",
    [
        ("record", "../../x"), ("record", "purchase-receipt", "--to", "../../secret"),
        ("card", "../../secret"), ("explain", "../secret"), ("help", "../../secret"),
        ("import", "--map", "../secret", "../secret"), ("import", "--map", "x", "/dev/zero"),
    ],
)  # fmt: skip
def test_names_that_climb_lead_nowhere(yard: Yard, words: tuple[str, ...]) -> None:
    assert yard(*words).code in {2, 3, 4}


@pytest.mark.req("SE-12", "TE-03")
def test_a_link_swapped_between_check_and_open_is_never_followed(tmp_path: Path) -> None:
    """The race: a file that is now plain, now a link; every read gives ours or is refused."""
    root = lay_out(tmp_path / "books")
    target, secret = root / MOVEMENT, tmp_path / "secret"
    secret.write_text(SECRET)
    plain, planted = tmp_path / "plain", tmp_path / "planted"
    is_over = threading.Event()

    def swap() -> None:
        while not is_over.is_set():
            plain.write_text("; ours\n")
            plain.replace(target)
            planted.symlink_to(secret)
            planted.replace(target)

    swapper = threading.Thread(target=swap)
    swapper.start()
    tree = FolderTree(root)
    seen = set()
    try:
        for _ in range(2000):
            try:
                seen.add(tree.read(MOVEMENT))
            except Refused as refused:
                seen.add(refused.problems[0].code.encode())
    finally:
        is_over.set()
        swapper.join()
    assert seen <= {b"; ours\n", b"", b"file-not-plain", b"file-missing"}
