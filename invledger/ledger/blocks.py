"""A file cut into blocks at blank lines; what our own reader leaves over goes to the second one.

Problems: block-torn, block-edited, syntax, price-negative, text-with-line-break, and all of
the pre-scan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from invledger.ledger.directive import Directive, decode_directives
from invledger.ledger.layout import has_controls
from invledger.ledger.plain import parse_block
from invledger.ledger.prescan import FAULTS_MAX, scan_code
from invledger.ledger.sums import MARK, judge_sum
from invledger.model import Place, Problem, problem

#: Takes beancount text, returns JSON text of plain directives; may raise Refused.
Foreign = Callable[[str], str]

_START = MARK[:4]  # what is no more than this is no torn checksum line
_QUOTE_IN_COMMENT = re.compile(r';[^\n]*"')
_NEGATIVE = "Negative prices are not allowed: "  # what beancount says, then the price


class Block(NamedTuple):
    """Lines between blank lines; `state` is what `judge_sum` says, `is_last` ends the file."""

    text: str
    lineno: int
    state: str
    is_last: bool


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a file in order; a checksum line ends a block as a blank line does."""
    lineno = 1
    may_have_sums = _START in text
    pieces = text.split("\n\n")
    for number, piece in enumerate(pieces, 1):
        body = piece.lstrip("\n")
        at = lineno + len(piece) - len(body)
        is_last = number == len(pieces)
        whole = body.rstrip("\n")
        parts = list(_cut_at_sums(whole)) if may_have_sums else [whole]
        for part_number, part in enumerate(parts, 1):
            if part:
                ends = is_last and part_number == len(parts)
                state = judge_sum(part) if may_have_sums else "none"
                yield Block(part, at, state, ends)
            at += part.count("\n") + 1
        lineno += piece.count("\n") + 2


def _cut_at_sums(body: str) -> Iterator[str]:
    while True:
        mark = body.find("\n" + MARK)
        end = body.find("\n", mark + 1) if mark >= 0 else -1
        if end < 0:
            yield body
            return
        yield body[:end]
        body = body[end + 1 :]


def read_directives(
    path: str, text: str, foreign: Foreign | None, own: list[Block] | None = None
) -> tuple[list[Directive], list[Problem]]:
    """The directives of a file in order of their lines, and what is wrong with its text.

    `own` narrows the work to some blocks (the others were read already).
    """
    directives: list[Directive] = []
    left: list[Block] = []
    problems: list[Problem] = []
    for block in blocks_of(text) if own is None else own:
        if block.state in {"torn", "edited"}:
            problems.append(problem(f"block-{block.state}", Place(path, block.lineno)))
        if block.state == "torn":
            continue
        found = parse_block(block.text.split("\n"), block.lineno)
        if found is None:
            left.append(block)
        else:
            directives += found
    if left:
        is_whole = own is None and any(_may_run_on(block.text) for block in left)
        asked = text if is_whole else _only(left)
        more, faults = _ask(path, asked, foreign)
        directives = more if is_whole else directives + more
        problems += faults
    directives.sort(key=lambda directive: directive.lineno)
    return directives, problems


def _may_run_on(text: str) -> bool:
    """Whether a string may go on beyond the block: then only the whole file tells."""
    return text.count('"') % 2 == 1 or "\\" in text or bool(_QUOTE_IN_COMMENT.search(text))


def needs_whole(blocks: list[Block]) -> bool:
    """Whether a block that is not regular may hold the start of a string that runs on."""
    return any(
        _may_run_on(block.text) and parse_block(block.text.split("\n"), block.lineno) is None
        for block in blocks
    )


def _only(blocks: list[Block]) -> str:
    """The blocks at their own lines, everything else blank."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.lineno - 1 - len(lines))
        lines += block.text.split("\n")
    return "\n".join(lines) + "\n"


def _ask(
    path: str, text: str, foreign: Foreign | None
) -> tuple[list[Directive], list[Problem]]:
    refused = scan_code(path, text)
    if refused:
        return [], refused
    if foreign is None:
        from invledger.ledger.foreign import parse_foreign

        foreign = parse_foreign
    directives, faults = decode_directives(foreign(text))
    twice = {fault.lineno for fault in faults if fault.message.startswith("Duplicate ")}
    last = text.rstrip("\n").count("\n") + 1  # what is missing at the end is told on the last line
    found = [
        _fault(Place(path, min(fault.lineno, last)), fault.message)
        for fault in faults[:FAULTS_MAX]
        if not fault.message.startswith("Duplicate ")
    ]
    found = [one for one in found if not _is_told_above(one, found)]
    kept = []
    for directive in directives:
        if directive.lineno in twice:
            key = _first_twice(text.split("\n")[directive.lineno :])
            found.append(problem("metadata-twice", Place(path, directive.lineno), key=key))
        elif _has_line_break(directive):
            found.append(problem("text-with-line-break", Place(path, directive.lineno)))
        else:
            kept.append(directive)
    return kept, found


def _fault(place: Place, message: str) -> Problem:
    """What the second reader says of a line, in words of our own where we have them."""
    if message.startswith(_NEGATIVE):
        return problem("price-negative", place, text=message[len(_NEGATIVE) :].partition(" (")[0])
    return problem("syntax", place, said=message)


def _is_told_above(one: Problem, found: list[Problem]) -> bool:
    """Whether it says of the second posting of a line what is said of the first."""
    above = one.place._replace(line=one.place.line - 1)
    return one.code == "price-negative" and one._replace(place=above) in found


def _first_twice(lines: list[str]) -> str:
    """The key that a transaction's lines repeat; beancount tells only that one does."""
    seen: set[str] = set()
    for line in lines:
        key, colon, _ = line.strip().partition(":")
        if not line[:1].isspace():
            break
        if colon and key in seen:
            return key
        seen = (seen | {key}) if key[:1].islower() else set()
    return "?"


def _has_line_break(directive: Directive) -> bool:
    """Whether a text holds what the language can say by an escape, and we do not print."""
    texts = [*directive.values, *(value for _, value in directive.meta)]
    texts += [value for posting in directive.postings for _, value in posting.meta]
    return any(map(has_controls, texts))
