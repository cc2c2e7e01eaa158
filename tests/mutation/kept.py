"""What earlier runs found, in a folder: where each test passes, and which mutants died of what.

Kept as long as it is true: a test is looked at again when its file changed; a mutant is judged
again when its source file changed, or the file of the test that killed it, or when it survived.
Lines of sources that changed since a test was looked at are found again by their text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

Key = tuple[str, str, str, str]
Lines = dict[str, list[int]]


class Kept:
    """Notes in `folder` (None: nothing is kept) about a tree at `root` and its sources."""

    def __init__(self, folder: Path | None, root: Path, sources: Mapping[str, str]) -> None:
        self.folder, self.root, self.sources = folder, root, sources
        self.digests = {path: _digest(text) for path, text in sources.items()}
        self._place = cache(self._place_of_lines)
        self._test_digest = cache(self._digest_of_test)
        if folder:
            (folder / "sources").mkdir(parents=True, exist_ok=True)
            for path, digest in self.digests.items():
                (folder / "sources" / digest).write_text(sources[path], encoding="utf-8")
        self.tests = {note["test"]: note for note in self._read("map.jsonl")}
        self.verdicts = {tuple(note["mutant"]): note for note in self._read("killed.jsonl")}

    def passes(self, test: str) -> tuple[float, Lines] | None:
        """CPU seconds of a test and the lines that it passes; no seconds where it fails."""
        note = self.tests.get(test)
        if note is None or note["digest"] != self._test_digest(test):
            return None
        found: Lines = {}
        for path, (digest, lines) in note["lines"].items():
            if path in self.sources:
                place = self._place(path, digest)
                found[path] = sorted({new for old in lines for new in place.get(old, ())})
        return note["seconds"], found

    def note_test(self, test: str, seconds: float, lines: Lines) -> None:
        """Keep where a test passes; `seconds` below zero say that it fails by itself."""
        by_path = {path: (self.digests[path], at) for path, at in lines.items() if at}
        note = {"test": test, "digest": self._test_digest(test), "seconds": round(seconds, 3),
                "lines": by_path}  # fmt: skip
        self.tests[test] = note
        self._write("map.jsonl", note)

    def killer(self, mutant: Key) -> str:
        """The test that killed it once, whatever has changed since; or nothing."""
        note = self.verdicts.get(mutant)
        return str(note["by"]) if note else ""

    def is_killed(self, mutant: Key) -> bool:
        """Whether it was killed, with its source and its killer as they are now."""
        note = self.verdicts.get(mutant)
        return bool(
            note
            and note["source"] == self.digests.get(mutant[0])
            and note["digest"] == self._test_digest(note["by"])
        )

    def note_killed(self, mutant: Key, by: str) -> None:
        """Keep that a test killed it."""
        note = {"mutant": mutant, "by": by, "source": self.digests[mutant[0]],
                "digest": self._test_digest(by)}  # fmt: skip
        self.verdicts[mutant] = note
        self._write("killed.jsonl", note)

    def _read(self, name: str) -> Iterator[dict[str, Any]]:
        path = self.folder / name if self.folder else None
        if path and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)

    def _write(self, name: str, note: object) -> None:
        if self.folder:
            with (self.folder / name).open("a", encoding="utf-8") as file:
                file.write(json.dumps(note, ensure_ascii=False) + "\n")

    def _digest_of_test(self, test: str) -> str:
        path = self.root / test.partition("::")[0]
        return _digest(path.read_text(encoding="utf-8")) if path.is_file() else ""

    def _place_of_lines(self, path: str, digest: str) -> dict[int, list[int]]:
        """Each line of a source as it was: the lines of today that it stands for."""
        if digest == self.digests[path] or not self.folder:
            return {line: [line] for line in range(1, len(self.sources[path].splitlines()) + 1)}
        before = (self.folder / "sources" / digest).read_text(encoding="utf-8").splitlines()
        after = self.sources[path].splitlines()
        place: dict[int, list[int]] = {}
        blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        for tag, start, end, new_start, new_end in blocks:
            for at in range(start, end):
                place[at + 1] = (
                    [at - start + new_start + 1]
                    if tag == "equal"
                    else list(range(new_start + 1, new_end + 1))
                )
            if tag == "insert" and start:  # reached, it may be, by who reached the line before
                place[start] = [*place[start], *range(new_start + 1, new_end + 1)]
        return place


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
