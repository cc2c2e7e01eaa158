"""A pytest plugin that collects the tests once, then forks: a child a test, a child a mutant.

First every test runs alone in a child that notes which lines of the rooms it passes through and
how long it takes. Then each mutant gets a child: it changes the running program, and runs the
tests that pass through its lines until one fails, those first that killed a neighbour, then quick
ones. The parent never runs a test, so that every child starts from the same clean state.

Time is CPU time everywhere: a machine that is busy, or a child that is stopped for a while, kills
no mutant. What waits for ever is a failure of the tool, and no kill.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.kept import Kept, Lines
from tests.mutation.operators import Mutant, mutants_of
from tests.mutation.patching import NotApplicable, apply, interpret

KILLED, SURVIVED, INVALID, BROKEN = "killed", "survived", "invalid", "the tool failed"
UNREACHED = "no test gets here"
Tracer = Callable[[FrameType, str, object], "Tracer | None"]
Work = Callable[[Callable[[str], None]], tuple[int, str]]  # what it does may be told on the way
MAP_SECONDS = 60  # for one test
OFTEN = 100  # calls of a function that are looked at line by line, in one test
HANGS = 900  # seconds by the clock
FAR = 4  # a test of another room counts as so much slower
_DEADLY: dict[int, str] = {
    signal.SIGVTALRM: "never ends",
    signal.SIGSEGV: "crashes",
    signal.SIGABRT: "crashes",
}
_EXIT = {0: SURVIVED, 1: KILLED, 2: INVALID, 3: BROKEN}


class Verdict(NamedTuple):
    """What became of a mutant, by which test, at how many seconds of CPU."""

    key: tuple[str, str, str, str]
    line: int
    outcome: str
    by: str
    seconds: float


@dataclass
class Server:
    """Runs a sample of mutants over the tests that pytest collected."""

    root: Path
    chosen: set[tuple[str, str, str, str]]
    kept: Kept
    jobs: int = 1
    seconds_max: int = 12  # of tests that a mutant lives through, then it has survived
    tell: Callable[[Verdict], None] = lambda _: None
    verdicts: list[Verdict] = field(default_factory=list)
    reach: dict[str, dict[int, set[int]]] = field(default_factory=dict)  # file, line -> tests
    seconds: dict[int, float] = field(default_factory=dict)
    kills: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    near: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[str, int] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Examples that fail are not made smaller: failing is all that counts here."""
        from hypothesis import Phase, settings  # pytest's own part of it comes first

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", settings.get_profile("default"), phases=phases)
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests: the map, then the mutants."""
        if session.testsfailed:
            raise session.Interrupted("collection failed")
        for path in self.kept.sources:
            interpret(_module(path))
        if "numpy" in sys.modules:
            sys.modules["numpy"].seterr(over="ignore")  # as machine code does
        gc.freeze()  # children touch less of what they share
        self._map(session.items)
        for work in _parallel(self._children(session.items), self.jobs):
            work()
        return True

    def _map(self, items: Sequence[pytest.Item]) -> None:
        """Which test passes through which line; what fails without any mutant is left out."""
        files = {str(self.root / path): path for path in self.kept.sources}

        def task(number: int) -> Callable[[], None]:
            name = items[number].nodeid
            note = _forked(lambda _: _traced(items[number], files))

            def collect() -> None:
                code, signal_, text, seconds = note()
                seconds = -1 if code or signal_ else seconds
                self.kept.note_test(name, seconds, json.loads(text or "{}"))
                self._pass(number, name)

            return collect

        new = []
        for number, item in enumerate(items):
            if not self._pass(number, item.nodeid):
                new.append(number)
        for work in _parallel((task(number) for number in new), self.jobs):
            work()
        failed = [item.nodeid for n, item in enumerate(items) if n not in self.seconds]
        for name in failed:
            print(f"left out, fails by itself: {name}")
        print(f"{len(self.seconds)} tests", flush=True)

    def _pass(self, number: int, name: str) -> bool:
        """Take what is known of a test; whether anything is."""
        found = self.kept.passes(name)
        if found is not None and found[0] >= 0:
            self.seconds[number] = found[0]
            for path, lines in found[1].items():
                reach = self.reach.setdefault(path, defaultdict(set))
                for line in lines:
                    reach[line].add(number)
        return found is not None

    def _children(self, items: Sequence[pytest.Item]) -> Iterator[Callable[[], None]]:
        self.numbers = {item.nodeid: number for number, item in enumerate(items)}
        for path in sorted({key[0] for key in self.chosen}):
            for mutant in mutants_of(path, self.kept.sources[path]):
                if mutant.key in self.chosen:
                    yield self._mutant(mutant, _module(path), items)

    def _mutant(
        self, mutant: Mutant, module: ModuleType, items: Sequence[pytest.Item]
    ) -> Callable[[], None]:
        tests = self._tests_of(mutant)
        key, line = mutant.key, mutant.lines.start
        place = (mutant.path, mutant.function)
        trials = [(items[n], self.seconds[n]) for n in tests]
        note = _forked(lambda say: _judged(mutant, module, trials, self.seconds_max, say))

        def collect() -> None:
            code, signal_, text, seconds = note()
            outcome = KILLED if signal_ in _DEADLY else _EXIT.get(code, BROKEN)
            outcome = BROKEN if signal_ and signal_ not in _DEADLY else outcome
            by = text
            if outcome == KILLED and text.isdigit():
                test = tests[int(text)]
                by = items[test].nodeid
                self.kills[test] += 1
                if test not in self.near[place]:
                    self.near[place].insert(0, test)
            if outcome == KILLED:
                self.kept.note_killed(key, by)
            if outcome == SURVIVED and not tests:
                outcome = UNREACHED
            verdict = Verdict(key, line, outcome, f"{by} {_DEADLY.get(signal_, '')}", seconds)
            self.verdicts.append(verdict)
            self.tell(verdict)

        return collect

    def _tests_of(self, mutant: Mutant) -> list[int]:
        """Tests in the order in which they are likely to kill soon."""
        lines = self.reach.get(mutant.path, {})
        name = mutant.function.lstrip("_")
        if name and not (name[0].isupper() and "." not in name):  # not the level of a class
            found = {test for line in mutant.lines for test in lines.get(line, ())}
        else:
            found = {test for tests in lines.values() for test in tests}
            found = found or set(self.seconds)
        once = self.numbers.get(self.kept.killer(mutant.key), -1)
        near = [once, *(n for n in self.near[mutant.path, mutant.function][:6] if n != once)]
        near = [test for test in near if test in found]
        own = mutant.path.replace("invledger/", "tests/").rpartition("/")[0]
        names = list(self.numbers)

        def cost(test: int) -> float:
            far = 1 if names[test].startswith((own, "tests/methods")) else FAR
            return far * self.seconds[test] / (1 + 3 * self.kills[test])

        return near + sorted(found - set(near), key=cost)


def _module(path: str) -> ModuleType:
    return import_module(path.removesuffix(".py").replace("/", "."))


def _parallel(tasks: Iterable[Callable[[], None]], jobs: int) -> Iterator[Callable[[], None]]:
    """Starts tasks (taking one from the iterator starts it), at most `jobs` at once."""
    running: list[Callable[[], None]] = []
    for task in tasks:
        running.append(task)
        if len(running) >= jobs:
            yield running.pop(0)
    yield from running


def _forked(work: Work) -> Callable[[], tuple[int, int, str, float]]:
    """Run in a child; comes back with a function that waits: code, signal, text, CPU seconds.

    The text is the last that the child said.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    answer, path = tempfile.mkstemp()
    child = os.fork()
    if child == 0:
        _in_child(work, answer)
    os.close(answer)

    def wait() -> tuple[int, int, str, float]:
        _, status, usage = os.wait4(child, 0)
        text = Path(path).read_text(encoding="utf-8")
        Path(path).unlink()
        code = os.waitstatus_to_exitcode(status)
        return max(code, 0), max(-code, 0), text, usage.ru_utime + usage.ru_stime

    return wait


def _in_child(work: Work, answer: int) -> None:
    """The child's whole life."""

    def say(text: str) -> None:
        os.ftruncate(answer, 0)
        os.pwrite(answer, text.encode(), 0)

    code = 3
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        signal.setitimer(signal.ITIMER_REAL, HANGS)
        code, text = work(say)
        say(text)
    finally:
        os._exit(code)


def _judged(
    mutant: Mutant,
    module: ModuleType,
    tests: Sequence[tuple[pytest.Item, float]],
    seconds_max: int,
    say: Callable[[str], None],
) -> tuple[int, str]:
    """In the child: 0 survived, 1 killed by the test of that number, 2 no mutant."""
    if not tests:
        return 0, ""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    try:
        apply(mutant, module)
    except (NotApplicable, SyntaxError):
        return 2, ""
    except (ArithmeticError, LookupError, AttributeError, TypeError, NameError, ValueError):
        return 1, "the module cannot even be loaded"
    begun = _spent()
    for number, (item, usual) in enumerate(tests):
        following = tests[number + 1][0] if number + 1 < len(tests) else None
        say(str(number))
        signal.setitimer(signal.ITIMER_VIRTUAL, 2 + 3 * usual)  # what hangs is killed
        if _fails(item, following):
            return 1, str(number)
        if _spent() - begun > seconds_max:
            break
    return 0, ""


def _spent() -> float:
    """CPU seconds of this process and of the programs that it started."""
    return sum(os.times()[:4])


def _fails(item: pytest.Item, following: pytest.Item | None = None) -> bool:
    reports = runtestprotocol(item, log=False, nextitem=following)
    return any(report.failed for report in reports)


def _traced(item: pytest.Item, files: dict[str, str]) -> tuple[int, str]:
    """In the child: 1 where the test fails, else the lines of the files that it passes."""
    seen: dict[str, set[int]] = {path: set() for path in files}
    times: dict[CodeType, int] = defaultdict(int)

    def enter(frame: FrameType, _event: str, _arg: object) -> Tracer | None:
        code = frame.f_code
        lines = seen.get(code.co_filename)
        if lines is None or times[code] > OFTEN:
            return None
        times[code] += 1
        if times[code] > OFTEN:  # so often that it may well pass everywhere
            lines.update(line for _, _, line in code.co_lines() if line)
            return None

        def step(inner: FrameType, _event: str, _: object) -> Tracer | None:
            lines.add(inner.f_lineno)
            return step

        lines.add(frame.f_lineno)
        return step

    signal.setitimer(signal.ITIMER_VIRTUAL, MAP_SECONDS)
    sys.settrace(enter)
    failed = _fails(item)
    sys.settrace(None)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    lines: Lines = {files[path]: sorted(passed) for path, passed in seen.items() if passed}
    return int(failed), json.dumps(lines)
