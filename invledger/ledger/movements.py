"""Files of movements and documents -> raw tables: everything a file says, nothing looked up.

Three ways to the same table, each for what the one before does not know: `fast` (a pattern over
the whole file), block by block (`plain`, `shape`), and beancount's parser (`foreign`).
"""

from __future__ import annotations

from invledger.ledger.blocks import (
    Block,
    Foreign,
    blocks_of,
    needs_whole,
    read_directives,
)
from invledger.ledger.fast import match_block, read_fast, table_of
from invledger.ledger.prescan import scan_bytes
from invledger.ledger.shape import rows_of
from invledger.model import Place, Problem, RawRow, RawTable, Refused, problem

#: Part of the cache key: raised whenever a reader gives another table for the same bytes.
READER_VERSION = "3"


def read_raw(
    path: str, data: bytes, foreign: Foreign | None = None
) -> tuple[RawTable, list[Problem]]:
    """The lines of one source file as text, and what is wrong with it.

    `foreign` reads what is not regular (a limited child process in production; beancount's
    parser in this process when absent). Rows come in no order that matters.
    """
    problems = scan_bytes(path, data)
    if problems:
        return RawTable(path), problems
    table = read_fast(path, data)
    if table is not None:
        return table, []
    try:
        return _read_blocks(path, data.decode(), foreign)
    except Refused as refused:
        return RawTable(path), [fault._replace(place=Place(path)) for fault in refused.problems]


def _read_blocks(
    path: str, text: str, foreign: Foreign | None
) -> tuple[RawTable, list[Problem]]:
    fields: list[tuple[str, ...]] = []
    linenos: list[int] = []
    blocks = list(blocks_of(text))
    rest: list[Block] = []
    for block in blocks:
        found = match_block(_body(block)) if block.state in {"good", "none"} else None
        if not found:
            rest.append(block)
        else:
            fields += found
            linenos += [block.lineno] * len(found)
    is_whole = needs_whole(rest)
    table = None if is_whole else table_of(path, fields, linenos)
    if table is None:
        table, rest = RawTable(path), blocks
    directives, problems = read_directives(path, text, foreign, None if is_whole else rest)
    rows, faults = rows_of(directives, path)
    if rows:
        for name, column in zip(RawRow._fields, zip(*rows, strict=True), strict=True):
            table.columns[name] = [*table.columns[name], *column]
    return table, _as_torn(blocks, problems + faults, rows)


def _body(block: Block) -> str:
    return block.text.rpartition("\n")[0] if block.state == "good" else block.text


def _as_torn(blocks: list[Block], problems: list[Problem], rows: list[RawRow]) -> list[Problem]:
    """Faults of a last block without checksum, in a file of the program, mean a torn write."""
    if not problems or not blocks:
        return problems
    last = blocks[-1]
    is_ours = any(block.state == "good" for block in blocks)
    if last.state != "none" or not is_ours or any(row.lineno >= last.lineno for row in rows):
        return problems
    others = [fault for fault in problems if fault.place.line < last.lineno]
    if len(others) == len(problems):
        return problems
    return [*others, problem("block-torn", Place(problems[0].place.path, last.lineno))]
