"""`record` and `add`, behind the options: what was typed goes to the desk, the answer to people.

Lines of JSON on stdin are entries too: `{"type": "purchase-receipt", "item": …, "lines": […]}`;
each gets one line of JSON as its answer, in order.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING

import typer

from invledger.cli import world
from invledger.cli.ask import Ask
from invledger.cli.clock import today_in
from invledger.cli.session import root_of, tell_found
from invledger.model import NOWHERE, Problem, exit_code_of, problem

if TYPE_CHECKING:
    from invledger.books import Entry, Recorder, RecordOutcome

LINE_BYTES_MAX = 65536
LINE_NAMES = ("item", "qty", "price")


def record_one(
    ask: Ask,
    type_: str,
    lines: Sequence[str],
    others: Sequence[str],
    *,
    device: str,
    dry_run: bool,
) -> int:
    """One entry from the command line; the exit code."""
    from invledger.books import Entry

    values = {**ask.fields, **dict(map(pair, others))}
    entry = Entry(type_, {k: v for k, v in values.items() if v}, tuple(map(line_of, lines)))
    desk = recorder(ask, device)
    outcome = desk.record(entry, dry_run=dry_run)
    typed = [p._replace(place=NOWHERE) if p.place.path == "-" else p for p in outcome.problems]
    tell_found(ask, desk.root, typed)
    if outcome.exit_code:
        return outcome.exit_code
    if dry_run:
        _show_preview(ask, desk, outcome)
    else:
        world.put(f"{outcome.id}\n")
        world.tell(acknowledged(outcome, ask.language))
    return 0


def record_lines(ask: Ask, *, device: str, dry_run: bool) -> int:
    """Entries from stdin, one JSON object a line; the worst exit code.

    What stands in the pipe is taken together, so that many lines share their syncs, and a line
    from a scanner is answered at once.
    """
    desk = recorder(ask, device)
    found: list[Problem] = []
    for group in _waiting(sys.stdin.buffer):
        entries: dict[int, Entry] = {}
        wrong: dict[int, Problem] = {}
        for number, text in group:
            try:
                entries[number] = entry_of(text)
            except ValueError as error:
                wrong[number] = problem("record-line-bad", line=number, reason=str(error))
        waiting = list(entries.values())
        made = [desk.record(e, dry_run=True) for e in waiting] if dry_run else (
            desk.record_many(waiting)
        )  # fmt: skip
        outcomes = dict(zip(entries, made, strict=True))
        for number, _ in group:
            outcome = outcomes.get(number)
            problems = [wrong[number]] if outcome is None else outcome.problems
            found += [p for p in problems if p.severity == "error"]
            world.put(_json_line(_answer(number, outcome, problems, ask.language)))
    return exit_code_of(found)


def _waiting(stream: IO[bytes]) -> Iterator[list[tuple[int, str]]]:
    """Numbered lines, in groups of what can be read without waiting; blank lines are left out."""
    number, rest, is_open = 0, b"", True
    while is_open:
        piece = stream.read1(LINE_BYTES_MAX)  # type: ignore[attr-defined]  # stdin is buffered
        is_open = bool(piece)
        *lines, rest = (rest + piece).split(b"\n")
        lines += [] if is_open or not rest else [rest]
        texts = [line.decode("utf-8", "surrogateescape") for line in lines]
        group = [(number + at, text) for at, text in enumerate(texts, 1) if text.strip()]
        number += len(texts)
        if group:
            yield group


def _answer(
    number: int, outcome: RecordOutcome | None, problems: Sequence[Problem], language: str
) -> dict[str, object]:
    answer: dict[str, object] = {"line": number}
    if outcome is not None:
        answer |= {"id": outcome.id, "path": outcome.path, "is_new": outcome.is_new}
        answer["unchecked"] = list(outcome.unchecked)
    answer["problems"] = [
        {"code": p.code, "text": p.text(language), "remedy": p.remedy(language)} for p in problems
    ]
    return answer


def add(ask: Ask, what: str, given: Mapping[str, str], *, dry_run: bool) -> int:
    """A new item, location or party; the exit code."""
    from invledger import books

    adders = {"item": books.add_item, "location": books.add_location, "party": books.add_party}
    root = root_of(ask)
    outcome = adders[what](root, {k: v for k, v in given.items() if v}, dry_run=dry_run)
    tell_found(ask, root, outcome.problems)
    if outcome.exit_code:
        return outcome.exit_code
    world.put(outcome.text)
    if not dry_run:
        said = "已写入" if ask.language == "zh" else "added to"
        world.tell(f"{said} {outcome.path}")
    return 0


def recorder(ask: Ask, device: str) -> Recorder:
    """The desk of this device, on the company's own today."""
    from invledger.books import Recorder

    desk = Recorder(root_of(ask), device_name(device, os.environ), "", os.environ)
    desk.today = today_in(desk.rulebook.company.timezone)
    return desk


def device_name(given: str, env: Mapping[str, str]) -> str:
    """`--device`, INVLEDGER_DEVICE, else the machine's own name in capitals and digits."""
    named = given or env.get("INVLEDGER_DEVICE", "")
    if named:
        return named
    letters = "".join(c for c in platform.node().upper() if c.isascii() and c.isalnum())
    return f"D{letters}"[:16] if not letters[:1].isalpha() else letters[:16]


def line_of(text: str) -> dict[str, str]:
    """`ITEM QTY [PRICE] [KEY=VALUE …]`; a quantity with its unit as `"qty=5 BOX"`."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: {error}", param_hint="--line") from None
    plain = [word for word in words if "=" not in word]
    if len(plain) > len(LINE_NAMES) or not words:
        raise typer.BadParameter(f"{text!r}: ITEM QTY [PRICE] [KEY=VALUE]", param_hint="--line")
    named = dict(pair(word) for word in words if "=" in word)
    return {**dict(zip(LINE_NAMES, plain, strict=False)), **named}


def pair(text: str) -> tuple[str, str]:
    """`key=value`."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise typer.BadParameter(f"{text!r}: KEY=VALUE", param_hint="--set")
    return key, value


def entry_of(text: str) -> Entry:
    """An entry from a line of JSON; ValueError says what is wrong with it."""
    from invledger.books import Entry

    if len(text.encode("utf-8", "replace")) > LINE_BYTES_MAX:
        raise ValueError(f"more than {LINE_BYTES_MAX} bytes")
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_constant)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from None
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004  told as what is wrong with the line
    lines = found.pop("lines", [])
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise ValueError("lines is no list of objects")
    type_ = found.pop("type", "")
    if not isinstance(type_, str):
        raise ValueError("type is no text")  # noqa: TRY004  the same
    values = dict(_texts(found.items()))
    return Entry(type_, values, tuple(dict(_texts(line.items())) for line in lines))


def _texts(items: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    for key, value in items:
        if not isinstance(value, str):
            raise ValueError(f"{key} is no text")  # noqa: TRY004  the same
        yield key, value


def _no_constant(text: str) -> str:
    raise ValueError(f"{text} is no number")


_UNCHECKED = {"citations": "引用", "stock": "结存", "serial": "序列号", "expiry": "有效期"}


def acknowledged(outcome: RecordOutcome, language: str) -> str:
    """One line for people: where it stands, whether it is new, what was not looked at."""
    zh = language == "zh"
    if not outcome.is_new:
        return f"{outcome.path}: " + ("已有此记录" if zh else "already there")
    said = f"{outcome.path}: " + ("已记录" if zh else "recorded")
    if outcome.unchecked:
        names = [_UNCHECKED.get(name, name) if zh else name for name in outcome.unchecked]
        said += f"；未检查：{'、'.join(names)}" if zh else f"; not checked yet: {', '.join(names)}"
    return said


def _show_preview(ask: Ask, desk: Recorder, outcome: RecordOutcome) -> None:
    """The text of the movement, then the vouchers that would come of it."""
    from invledger.ledger import read_money
    from invledger.render import render_voucher, visible_lines

    world.put(visible_lines(outcome.text))
    decimals = desk.rulebook.company.currency_decimals
    for text in outcome.vouchers:
        for voucher in read_money(outcome.path, text.encode(), decimals, derived=True)[0]:
            shown = render_voucher(voucher, ask.language, decimals=decimals, color=ask.color)
            world.put("\n" + shown)


def _json_line(value: object) -> bytes:
    from invledger.render import json_text

    return json_text(value, indent=None).encode()
