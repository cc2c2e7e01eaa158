"""Families F1, F2, F5 and F8: input by the thousand; never a traceback, always a place."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from random import Random

import pytest

from invledger.cli.commands import commands_of
from tests.attacks.fuzzer import broken
from tests.attacks.hostile import MOVEMENTS, Yard, movement, told
from tests.cli.company import child
from tests.errors.company import base
from tests.source_files import ROOT


def fuzz(kind: str, first: int, count: int) -> str:
    """What the fuzzer's process said, its death included."""
    command = [sys.executable, "-m", "tests.attacks.fuzzer", kind, str(first), str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else f"{done.stdout}{done.stderr}{done.returncode}"


@pytest.mark.req("SE-12", "TE-03", "TE-04")
@pytest.mark.parametrize(("kind", "count"), [(".beancount", 2000), (".yaml", 1000)])
def test_broken_files_are_problems(kind: str, count: int) -> None:
    assert fuzz(kind, 0, count) == f"done {count}\n"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "count"), [(".beancount", 50_000), (".yaml", 20_000)])
def test_broken_files_are_problems_in_large_number(kind: str, count: int) -> None:
    assert fuzz(kind, 1_000_000, count) == f"done {count}\n"


@pytest.mark.req("SE-12", "TE-03")
@pytest.mark.parametrize("seed", range(8))
def test_broken_files_through_the_shell(yard: Yard, seed: int) -> None:
    """The same from outside, the limited child for odd ledgers included."""
    random = Random(seed)  # noqa: S311  a seed
    files = base()
    path = random.choice([p for p in sorted(files) if (files[p] and "2026" in p) or "rules" in p])
    yard.put(path, broken(random, files[path], list(files.values())))
    done = child(["check"], yard.root)
    assert done.returncode in range(7)
    assert b"Traceback" not in done.stderr
    assert b"internal-error" not in done.stderr


WORDS = (
    "", "-", "--", "---", "-x", "--format", "--format=json", "--format=zzz", "--as-of=2026-13-01",
    "--as-of=\uff12026-01-01", "--as-of=9999-12-31", "--as-of=0000-00-00", "--at=-x", "--at=HEAD",
    "--item=SKU-A", "--item=\x1b[31m", "--item=*", "--item=[", "--site=\udcff", "--period=2026-1",
    "--period=2026-01", "--period=", "--party=\x00", "--sort=zzz", "--sort=-item", "--group=zzz",
    "--lang=xx", "--lang=zh", "--qty=1e9", "--qty=NaN", "--qty=\uff11", "--qty=-1", "--qty=0",
    "--price=1e999", "--price=-1", "--date=2026-02-30", "--date=yesterday", "--line=SKU-A 1 2",
    "--line=", "--from=x", "--to=/etc/passwd", "--dry-run", "--check", "SKU-A", "R1", "S1", "R1/1",
    "R1/9", "../../etc/passwd", "2026-01", "a" * 5000, "中文", "\udcff", "\n", "%s", "{0}",
    "--reverse", "--id=../x", "purchase-receipt", "scrap", "--party=V1", "--reason=x", "--limit=-5",
    "--from=2026-01-01", "--to=2026-01-31", "--from=2026-02-01", "--columns=zzz", "--negative",
)  # fmt: skip


@pytest.mark.req("SE-12", "TE-03")
def test_odd_command_lines_are_usage_errors(yard: Yard) -> None:
    random = Random(5)  # noqa: S311  a seed
    names = [(c.group, c.name) if c.group else (c.name,) for c in commands_of()]
    names = [name for name in names if name[0] not in {"init", "demo", "doctor"}]
    seen = set()
    for _ in range(400):
        words = [*random.choice(names), *random.sample(WORDS, random.choice((0, 1, 1, 2, 3)))]
        seen.add(yard(*words).code)
    assert {0, 2, 3} <= seen


def test_a_flood_of_faults_is_cut_and_counted(yard: Yard) -> None:
    """F8: 100,000 faults in one file: the first 100 shown, the count given, 10 seconds of work."""
    blocks = [movement(id=f"R{n}", item=f"NO-{n}", price="1") for n in range(2, 100_002)]
    yard.put(MOVEMENTS, "\n".join(blocks[:50_000]))
    yard.put(MOVEMENTS.replace("hostile", "more"), "\n".join(blocks[50_000:]))
    begun = time.process_time()
    said = yard("check")
    assert time.process_time() - begun < 10
    assert said.code == 3
    assert said.out.count("item-unknown") <= 101
    assert "100000" in said.text or "100,000" in said.text


#: One fault each, as people make them: what is right, and what stands there instead.
PLANTS = (
    ("SKU-A @", "SKU-X @"), ("Stock:SH:Main ", "Stock:SH:Mian "), ('"V1"', '"V9"'),
    ('"C1"', '"C9"'), ('"purchase-receipt"', '"purchase-reciept"'), ("10 SKU-A", "11 SKU-A"),
    ("2.00 CNY", "2.OO CNY"), ("2.00 CNY", "2.00 USD"), ("2026-01-05", "2026-01-32"),
    ("  id:", "  ib:"), ("  party:", "  party"), ("-10 SKU-A", "- SKU-A"),
    ("@ 2.00", "2.00"), ("Equity:Stock:Supplier", "Equity:Stok"), ("10 SKU-A", "1O SKU-A"),
    ("10 SKU-A", "10.5 SKU-A"), ("@ 2.00", "@ 2.00000000001"), ("@ 2.00", "@ 1/2"),
    ('"R1"', '"R 1"'), ("华东", "华\u202e东"), ("2.00 CNY", "2.00CNY."), ("SKU-A @ 2.00", "SKU-A"),
    ("10 SKU-A", "\uff10 SKU-A"), ('"S1"', '"R1"'), ("4 SKU-A", "400 SKU-A"),
    ("2026-01-06", "2026-1-66"), ("2026-01-06", "06-01-2026"), ("Equity:Stock:", "Equity:Stock"),
    ("Assets:Stock", "assets:Stock"), (' "采购入库"', ' 采购入库"'), ("-4 SKU-A", "-5 SKU-A"),
    ("@ 5.00", "@ 5,0,0"), ("5.00 CNY", "5.00 CN"), ("CNY\n", "CNY x\n"),
)  # fmt: skip


@pytest.mark.req("TE-04", "SE-12")
def test_one_planted_fault_is_told_within_a_line() -> None:
    """F7: in at least 99 of 100 cases, and always in the right file."""
    path = "ledgers/movements/2026/01/2026-01-05.beancount"
    text = base()[path].decode()
    planted, missed = 0, []
    for right, wrong in PLANTS:
        for match in re.finditer(re.escape(right), text):
            planted += 1
            broken_text = text[: match.start()] + wrong + text[match.end() :]
            found = told(base() | {path: broken_text.encode()})
            lines = {one.place.line for one in found if one.place.path == path}
            assert lines, (right, wrong)
            line = text.count("\n", 0, match.start()) + 1
            if not lines & {line - 1, line, line + 1}:
                missed.append((right, wrong, line, lines))
    assert planted > 50
    assert len(missed) * 100 <= planted, missed
