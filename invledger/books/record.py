"""`record`: one movement, document or payment, from typed values to an acknowledged block.

The text that will stand in the ledger is made by the printer and read back by the reader, so a
record is judged exactly as the file will be. Syntax, codes, ids, period and master data are
checked at once; stock, serials and expiry are left to `check` (the outcome says so). Imports no
polars, no git, no beancount.

Problems: record-*, those of `ledger` for the block, those of `store` for the append.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from invledger.books.deriving import derive
from invledger.books.entry import Desk, Entry, check_money, nearest, rows_of
from invledger.books.loading import Rulebook, load, load_rules
from invledger.ledger import (
    print_movement,
    print_value_document,
    print_voucher,
    read_master,
    read_raw,
    resolve,
)
from invledger.ledger.grammar import is_date
from invledger.model import (
    Master,
    MovementTable,
    OverlayTree,
    Place,
    Problem,
    Refused,
    Row,
    exit_code_of,
    problem,
)
from invledger.posting import (
    Chart,
    Rule,
    Sources,
    money_voucher,
    ranks_of,
    refused_worth,
    version_at,
)
from invledger.store import FolderTree, append_block, next_number, run_foreign, state_folder

BLOCKS_MAX = 64  # blocks that share one sync
_LAST = "99999"  # of a dry run, which takes no number: it stands behind all of its day
FOLDERS = {"stock": "movements", "document": "documents", "value": "documents", "money": "money"}


@dataclass(slots=True)
class RecordOutcome:
    """What was recorded: id, file, text; `is_new` False for a repeat delivery."""

    id: str = ""
    path: str = ""
    text: str = ""
    is_new: bool = False
    vouchers: list[str] = field(default_factory=list)  # texts; dry run only
    problems: list[Problem] = field(default_factory=list)
    unchecked: tuple[str, ...] = ("stock", "serial", "expiry")

    @property
    def exit_code(self) -> int:
        """0 when acknowledged."""
        return exit_code_of([p for p in self.problems if p.severity == "error"])


class Recorder:
    """The desk of one device: reads rules and master data once, then takes entry after entry."""

    def __init__(self, root: Path, device: str, today: str, env: Mapping[str, str]) -> None:
        self.root = root
        self.device = device
        self.today = today
        self._env = env
        self._reserved: list[str] = []
        self._tree = FolderTree(root)
        self.rulebook: Rulebook = load_rules(self._tree)
        self.master: Master
        self.master, self._problems = read_master(self._tree, run_foreign)

    def record(self, entry: Entry, *, dry_run: bool = False) -> RecordOutcome:
        """Acknowledge one entry, or say all that is wrong with it; raises nothing for bad data."""
        outcome = self._judged(entry, dry_run=dry_run)
        if outcome.exit_code:
            return outcome
        if dry_run:
            self._preview(outcome)
        else:
            self._append_alone(outcome)
        return outcome

    def record_many(self, entries: Sequence[Entry]) -> list[RecordOutcome]:
        """Many entries, each judged on its own; up to 64 blocks of a file share their syncs."""
        self._reserve(sum(not entry.values.get("id") for entry in entries))
        outcomes = [self._judged(entry, dry_run=False) for entry in entries]
        by_path: dict[str, list[RecordOutcome]] = {}
        for outcome in outcomes:
            if not outcome.exit_code:
                by_path.setdefault(outcome.path, []).append(outcome)
        for waiting in by_path.values():
            for start in range(0, len(waiting), BLOCKS_MAX):
                self._append_together(waiting[start : start + BLOCKS_MAX])
        return outcomes

    def _judged(self, entry: Entry, *, dry_run: bool) -> RecordOutcome:
        try:
            return self._judge_entry(entry, dry_run=dry_run)
        except Refused as refused:
            return RecordOutcome(problems=list(refused.problems))

    def _judge_entry(self, entry: Entry, *, dry_run: bool) -> RecordOutcome:
        date = entry.values.get("date") or self.today
        typed, date = date, date if is_date(date) else self.today
        rule = self._rule(entry.type, date)
        desk = Desk(self.rulebook.company, self.master, rule)
        if typed != date:
            desk.report("record-value-bad", name="date", value=typed, wanted="YYYY-MM-DD")
        outcome = RecordOutcome(id=entry.values.get("id", "") or "-")
        rows: list[Row] = []
        if rule.ledger == "money":
            check_money(desk, entry, date)
        else:
            rows = rows_of(desk, entry, outcome.id, date)
        outcome.problems = [*self._errors(), *desk.problems]
        if exit_code_of(outcome.problems):
            return outcome
        if outcome.id == "-":
            outcome.id = f"{self.device}-{self._day}-{_LAST}" if dry_run else self._next_id()
            rows = [row._replace(id=outcome.id) for row in rows]
        outcome.path = self._path(rule, date)
        outcome.text = self._text(desk, entry, rows, outcome.id, date)
        outcome.problems += [*desk.problems, *self._judge(outcome, rule)]
        if any(row.ref for row in rows):
            outcome.unchecked = ("citations", *outcome.unchecked)
        return outcome

    def _rule(self, type_: str, date: str) -> Rule:
        versions = self.rulebook.rules.get(type_)
        rule = version_at(versions, date) if versions else None
        if rule is None:
            near = nearest(type_, self.rulebook.rules)
            raise Refused(problem("record-type-unknown", type=type_, nearest=near))
        return rule

    def _errors(self) -> list[Problem]:
        """Why nothing can be recorded at all: rules or master data that cannot be read."""
        return [p for p in (*self.rulebook.problems, *self._problems) if p.severity == "error"]

    def _text(self, desk: Desk, entry: Entry, rows: list[Row], id_: str, date: str) -> str:
        if desk.rule.ledger == "money":
            return self._money_text(desk, entry, id_, date)
        decimals = partial(self.master.decimals_of, company=desk.company)
        if desk.rule.ledger == "value":
            return print_value_document(rows[0], decimals)
        return print_movement(rows, self.master.items, decimals)

    def _money_text(self, desk: Desk, entry: Entry, id_: str, date: str) -> str:
        values = {**entry.values, "id": id_, "date": date}
        voucher, found = money_voucher(self._thin_sources(), desk.rule.type, values)
        desk.problems += found
        if voucher is None:
            return ""
        named = (("id", id_), ("type", desk.rule.type), *voucher.meta)
        return print_voucher(voucher._replace(meta=named), desk.company.currency_decimals)

    def _thin_sources(self) -> Sources:
        """Rules and master data only: all that a money voucher needs."""
        book, master = self.rulebook, self.master
        return Sources(
            company=book.company, master=master, rules=book.rules,
            chart=Chart.of(master.accounts.values()), tax=book.tax, table=MovementTable(),
            money=[], posted=[], register=[], problems=[],
        )  # fmt: skip

    def _path(self, rule: Rule, date: str) -> str:
        folder = FOLDERS[rule.ledger]
        name = f"{date}.{self.device}.beancount"
        return f"ledgers/{folder}/{date[:4]}/{date[5:7]}/{name}"

    def _judge(self, outcome: RecordOutcome, rule: Rule) -> list[Problem]:
        """The block as the reader sees it, on its own."""
        if rule.ledger == "money":
            return []
        raw, found = read_raw(outcome.path, outcome.text.encode(), run_foreign)
        if not found:
            ranks = ranks_of(self.rulebook.rules)
            table, found = resolve([raw], self.master, ranks, self.rulebook.company)
            found += refused_worth(table, rule)
        return found

    @property
    def _day(self) -> str:
        return self.today[2:4] + self.today[5:7] + self.today[8:10]

    def _next_id(self) -> str:
        if not self._reserved:
            self._reserve(1)
        return self._reserved.pop(0)

    def _reserve(self, count: int) -> None:
        """Take ids for `count` entries at once; those that are not used are never used."""
        if count:
            day = self._day
            first = next_number(
                state_folder(self._env), (self.device, day), self.root,
                lambda: self._largest(day), count,
            )  # fmt: skip
            numbers = range(first, first + count)
            self._reserved = [f"{self.device}-{day}-{number:04d}" for number in numbers]

    def _largest(self, day: str) -> int:
        """The largest number that this company's files of this device hold for a day."""
        pattern = re.compile(rf'"{re.escape(self.device)}-{day}-(\d{{1,9}})"'.encode())
        largest = 0
        for folder in sorted(set(FOLDERS.values())):
            for path in self._tree.paths(f"ledgers/{folder}", f".{self.device}.beancount"):
                found = pattern.findall(self._tree.read(path))
                largest = max(largest, *map(int, found), 0)
        return largest

    def _append_alone(self, outcome: RecordOutcome) -> None:
        try:
            self._append([outcome])
        except Refused as refused:
            outcome.problems += refused.problems

    def _append_together(self, outcomes: list[RecordOutcome]) -> None:
        """One append for all; one by one where some are there already or share an id."""
        if len({outcome.id for outcome in outcomes}) == len(outcomes):
            try:
                self._append(outcomes)
            except Refused as refused:
                if refused.problems[0].code != "record-id-taken":
                    for outcome in outcomes:
                        outcome.problems += refused.problems
                    return
        for outcome in outcomes:
            if not outcome.is_new:
                self._append_alone(outcome)

    def _append(self, outcomes: list[RecordOutcome]) -> None:
        """Put blocks at the end of their file, all or none; raises Refused."""
        path = outcomes[0].path
        text = "\n".join(outcome.text for outcome in outcomes)

        def accept(held: bytes) -> bool:
            taken = [one for one in outcomes if f'"{one.id}"'.encode() in held]
            for one in taken:
                if one.text.encode() not in held or len(outcomes) > 1:
                    raise Refused(problem("record-id-taken", Place(path), id=one.id))
            return not taken

        def confirm(after: bytes) -> None:
            if not path.startswith("ledgers/money/"):
                _, found = read_raw(path, after[-len(text.encode()) :], run_foreign)
                errors = [p for p in found if p.severity == "error"]
                if errors:
                    raise Refused(*errors)

        done = append_block(self.root, path, text, accept=accept, confirm=confirm)
        for outcome in outcomes:
            outcome.is_new = done.is_new
        if done.torn is not None:
            outcomes[0].problems.append(done.torn)

    def _preview(self, outcome: RecordOutcome) -> None:
        """The vouchers that would come of it, costs included, from the books with the block."""
        tree = self._tree
        held = tree.read(outcome.path) + b"\n" if tree.exists(outcome.path) else b""
        files: dict[str, bytes | None] = {outcome.path: held + outcome.text.encode()}
        sources = load(OverlayTree(tree, files), posted_on=lambda _: ())
        derivation = derive(sources)
        decimals = sources.company.currency_decimals
        outcome.vouchers = [
            print_voucher(voucher, decimals)
            for voucher in derivation.vouchers
            if outcome.id in voucher.links or f"/{outcome.id}/" in voucher.identity
        ]
        outcome.problems += [
            found
            for found in (*sources.problems, *derivation.problems)
            if found.place.path == outcome.path and found not in outcome.problems
        ]
        outcome.unchecked = ()


def record(
    root: Path, entry: Entry, device: str, today: str, *, dry_run: bool = False
) -> RecordOutcome:
    """One entry by a device of this machine; `today` is YYYY-MM-DD in the company's time zone."""
    return Recorder(root, device, today, os.environ).record(entry, dry_run=dry_run)
