"""The tool itself: it makes the mutants that it says, puts them in force, and reads its lists."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

from tests.mutation.__main__ import ROOMS, blocks, equivalents, interval, report, sample, survivors
from tests.mutation.kept import Kept
from tests.mutation.operators import mutants_of
from tests.mutation.patching import apply
from tests.mutation.server import INVALID, KILLED, SURVIVED, Verdict
from tests.source_files import ROOT

SOURCE = '''"""Words."""
LIMIT = 3


def least(a, b):
    """More words."""
    if a < b and a >= 0:
        return min(a, b)
    total = a + LIMIT
    total -= 1
    return total if b else -total


class Box:
    """A box."""

    size: int = 1

    def grow(self, by=2):
        self.size = self.size * by
        return self.size
'''


def changes() -> set[tuple[str, str]]:
    return {(mutant.old, mutant.new) for mutant in mutants_of("x.py", SOURCE)}


def test_each_operator_makes_its_mutants() -> None:
    made = changes()
    assert ("LIMIT = 3", "LIMIT = 4") in made
    assert ("if a < b and a >= 0:", "if a <= b and a >= 0:") in made
    assert ("if a < b and a >= 0:", "if a < b and a > 0:") in made
    assert ("if a < b and a >= 0:", "if a < b or a >= 0:") in made
    assert ("if a < b and a >= 0:", "if a < b and a >= 1:") in made
    assert ("if a < b and a >= 0:", "if not (a < b and a >= 0):") in made
    assert ("return min(a, b)", "return max(a, b)") in made
    assert ("return min(a, b)", "return None") in made
    assert ("total = a + LIMIT", "total = a - LIMIT") in made
    assert ("total -= 1", "total += 1") in made
    assert ("total -= 1", "pass") in made
    assert ("return total if b else -total", "return -total if b else total") in made
    assert ("self.size = self.size * by", "self.size = self.size + by") in made
    assert not [old for old, _ in made if "ords" in old or old.startswith("size")]


def test_a_tree_is_what_it_was_after_its_mutants() -> None:
    assert changes() == changes()
    once = [mutant.key for mutant in mutants_of("x.py", SOURCE)]
    assert len(once) == len(set(once))


@pytest.fixture
def module(tmp_path: Path) -> ModuleType:
    made = ModuleType("tests_mutation_example")
    made.__file__ = str(tmp_path / "x.py")
    sys.modules[made.__name__] = made
    code = compile(SOURCE, made.__file__, "exec")
    FunctionType(code, made.__dict__)()
    return made


def in_force(module: ModuleType, old: str, new: str) -> ModuleType:
    for mutant in mutants_of("x.py", SOURCE):
        if (mutant.old, mutant.new) == (old, new):
            apply(mutant, module)
    return module


def test_a_function_is_changed_for_all_who_hold_it(module: ModuleType) -> None:
    held = module.least
    assert held(1, 2) == 1
    in_force(module, "return min(a, b)", "return max(a, b)")
    assert held(1, 2) == 2


def test_a_method_and_a_constant_are_changed(module: ModuleType) -> None:
    box = module.Box()
    in_force(module, "self.size = self.size * by", "self.size = self.size + by")
    assert (box.grow(), box.grow()) == (3, 5)
    in_force(module, "LIMIT = 3", "LIMIT = 4")
    assert module.least(5, 1) == 8


def test_the_list_of_equivalents_is_read_and_each_has_its_reason() -> None:
    text = "Head.\n\n= a.py f   (line 3, survived)\n- x = 1\n+ x = 2\nIt never matters\nat all.\n"
    assert blocks(text) == {("a.py", "f", "x = 1", "x = 2"): "It never matters at all."}
    for known in (equivalents(), survivors()):
        assert all(len(reason.split()) > 3 for reason in known.values())
    assert not equivalents().keys() & survivors().keys()


def test_every_mutant_that_is_listed_is_still_one() -> None:
    there = {
        mutant.key
        for room in ROOMS
        for path in (ROOT / room).glob("*.py")
        for mutant in mutants_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    }
    assert [key for key in (*equivalents(), *survivors()) if key not in there] == []


@pytest.mark.parametrize(("killed", "code"), [(95, 0), (94, 1)])
def test_below_95_of_100_is_a_failure(
    killed: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ("a.py", "f", "x", "y")
    outcomes = [KILLED] * killed + [SURVIVED] * (100 - killed) + [INVALID] * 5
    verdicts = [Verdict(key, 1, outcome, "", 0.1) for outcome in outcomes]
    assert report(verdicts, {}, {"a.py": 105}) == code
    said = capsys.readouterr().out
    assert f"{killed} of 100 killed: {killed}.0 %" in said
    assert "confidence" not in said
    report(verdicts, {}, {"a.py": 106})
    assert "of the whole, at 95 % confidence" in capsys.readouterr().out


def test_the_interval_is_wilsons() -> None:
    low, high = interval(45, 50)  # by hand: (0.9384 -+ 0.0916) / 1.0768
    assert (round(low, 3), round(high, 3)) == (0.786, 0.957)


def test_a_sample_has_of_every_file_its_share() -> None:
    keys = {name: [(name, "", str(n), "") for n in range(count)]
            for name, count in (("a", 10), ("b", 30), ("c", 60))}  # fmt: skip
    chosen = sample(keys, 10, 1)
    assert [sum(key[0] == name for key in chosen) for name in "abc"] == [1, 3, 6]
    assert len(set(chosen)) == 10
    assert sample(keys, 10, 1) == chosen != sample(keys, 10, 2)
    assert len(sample(keys, 1000, 1)) == 100


def test_what_is_kept_holds_while_its_files_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "t.py").write_text("one")
    source = "a = 1\nb = 2\nc = 3\n"
    key, folder = ("x.py", "f", "b = 2", "b = 3"), tmp_path / "notes"
    kept = Kept(folder, tmp_path, {"x.py": source})
    kept.note_test("t.py::t", 0.5, {"x.py": [2, 3]})
    kept.note_killed(key, "t.py::t")
    assert (kept.passes("t.py::t"), kept.is_killed(key)) == ((0.5, {"x.py": [2, 3]}), True)
    again = Kept(folder, tmp_path, {"x.py": source})
    assert again.passes("t.py::t") == (0.5, {"x.py": [2, 3]})
    assert (again.is_killed(key), again.killer(key)) == (True, "t.py::t")
    moved = Kept(folder, tmp_path, {"x.py": "new\na = 1\nb = 2\nc = 4\nd = 5\n"})
    assert moved.passes("t.py::t") == (0.5, {"x.py": [3, 4, 5]})
    assert (moved.is_killed(key), moved.killer(key)) == (False, "t.py::t")
    (tmp_path / "t.py").write_text("two")
    changed = Kept(folder, tmp_path, {"x.py": source})
    assert (changed.passes("t.py::t"), changed.is_killed(key)) == (None, False)
