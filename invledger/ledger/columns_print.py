"""Printing by column (polars): rows, costs and forms of vouchers -> text and digests of days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

import polars as pl

from invledger.ledger.columns import Unusual
from invledger.model import PRICE_DECIMALS

#: A piece of text, or what differs: name, then sign, decimals or width as it needs.
Step = str | tuple[str, int, int]


class FormLine(NamedTuple):
    """One line of a voucher, left out where its amount (cost or net) is zero."""

    steps: tuple[Step, ...]
    party: tuple[Step, ...]
    is_cost: bool
    slot: int


class Form(NamedTuple):
    """A voucher that rows of some stencils (their numbers) have, the `turn`-th of the row."""

    stencils: tuple[int, ...]
    turn: int
    with_payee: tuple[Step, ...]
    without_payee: tuple[Step, ...]
    lines: tuple[FormLine, ...]


class DayText(NamedTuple):
    """The vouchers of a date, each after an empty line; how many; sums by slot of a line."""

    date: str
    text: bytes
    vouchers: int
    sums: dict[int, int]


def print_columns(
    frame: pl.DataFrame, costs: list[int], forms: Sequence[Form], names: pl.Series, money: int
) -> Iterator[DayText]:
    """The vouchers of days; `frame` has `stencil` beside what was read.

    `names` are those of the parties by number. Raises Unusual.
    """
    name = names.gather(frame["party"].to_physical())
    frame = frame.with_row_index("row").with_columns(
        cost=pl.Series(costs, dtype=pl.Int64)
    ).with_columns(
        shown=pl.when(pl.col("payee") != "").then("payee").otherwise(name.fill_null("")),
        cost_text=_money(pl.col("cost"), money),
        net_text=_money(pl.col("net"), money),
    )
    sums: dict[str, dict[int, int]] = {}
    parts = [part for form in forms for part in _printed(frame, form, sums)]
    dates = frame["date"].unique(maintain_order=True)
    if not parts:
        yield from (DayText(date, b"", 0, {}) for date in dates)
        return
    whole = pl.concat(parts).sort("row", "turn")
    counts = dict(whole.group_by("date", maintain_order=True).len().iter_rows())
    texts = whole["text"].cast(pl.Binary)
    start = 0
    for date in dates:
        count = counts.get(date, 0)
        text = b"\n".join([b"", *texts.slice(start, count).to_list()])
        yield DayText(date, text, count, sums.get(date, {}))
        start += count


def _money(amount: pl.Expr, decimals: int) -> pl.Expr:
    """An amount that is not below zero, with all its decimals."""
    if not decimals:
        return amount.cast(pl.String)
    whole, part = amount // 10**decimals, amount % 10**decimals
    return pl.concat_str(whole, pl.lit("."), part.cast(pl.String).str.zfill(decimals))


def _printed(
    frame: pl.DataFrame, form: Form, sums: dict[str, dict[int, int]]
) -> Iterator[pl.DataFrame]:
    rows = frame.filter(pl.col("stencil").is_in(form.stencils))
    kinds = sorted({line.is_cost for line in form.lines})
    amounts = ["cost" if is_cost else "net" for is_cost in kinds]
    nothing = [(rows[name] == 0) for name in amounts]
    if len(nothing) > 1 and (nothing[0] != nothing[1]).any():
        raise Unusual
    rows = rows.filter(~nothing[0]) if nothing and nothing[0].any() else rows
    if not (len(rows) and nothing):
        return
    totals = rows.group_by("date", maintain_order=True).agg(pl.col(amounts).sum())
    for date, *amount in totals.iter_rows():
        found = sums.setdefault(date, {})
        for line in form.lines:
            total = found.get(line.slot, 0) + amount[kinds.index(line.is_cost)]
            found[line.slot] = total
    for is_named in (True, False):
        for has_party in (True, False):
            some = rows.filter(
                (pl.col("shown") != "") == is_named, pl.col("party").is_not_null() == has_party
            )
            if not len(some):
                continue
            steps = [*(form.with_payee if is_named else form.without_payee)]
            for line in form.lines:
                steps += [*line.steps, *(line.party if has_party else ())]
            yield some.select(
                "row", "date", turn=pl.lit(form.turn), text=pl.concat_str(_said(steps))
            )


def _said(steps: Sequence[Step]) -> list[pl.Expr]:
    """Steps as expressions, texts that follow one another as one."""
    found: list[pl.Expr] = []
    text = ""
    for step in (*steps, ("end", 0, 0)):
        if isinstance(step, str):
            text += step
            continue
        if text:
            found.append(pl.lit(text))
            text = ""
        if step[0] != "end":
            found.append(_differing(*step))
    return found


def _differing(name: str, one: int, two: int) -> pl.Expr:
    if name in {"cost_text", "net_text"}:
        text = pl.col(name) if one > 0 else pl.concat_str(pl.lit("-"), name)
        return text.str.pad_start(two)
    if name == "quantity":
        text = _money(pl.col("quantity"), two)
        return text if one > 0 else pl.concat_str(pl.lit("-"), text)
    return pl.col(name).cast(pl.String)


def digests(frame: pl.DataFrame) -> dict[str, str]:
    """SHA-256 of what the rows of each date say, as `books.stamping.day_digests` makes it."""
    pairs = pl.when(pl.col("own") != "").then(
        pl.concat_str(pl.lit("('rank', '"), "own", pl.lit("'), "), "meta")
    ).otherwise("meta")  # fmt: skip
    pairs = pairs.str.strip_suffix(", ")
    count = pairs.str.count_matches("('", literal=True)
    metas = pl.concat_str(
        pl.lit("("), pairs, pl.when(count == 1).then(pl.lit(",)")).otherwise(pl.lit(")"))
    )
    idle = "0" * (PRICE_DECIMALS - int(frame["places"][0]))
    price = pl.concat_str(pl.col("price").cast(pl.String), pl.lit(idle)).fill_null("None")
    texts = {name: pl.col(name).cast(pl.String).fill_null("") for name in (
        "date", "time", "id", "type", "party", "item", "source", "target", "lot", "expiry",
        "reason", "payee", "narration",
    )}  # fmt: skip
    numbers = {"rank": pl.col("rank").cast(pl.String), "price": price, "meta": metas,
               "quantity": pl.col("quantity").cast(pl.String)}  # fmt: skip
    found = frame.group_by("date", maintain_order=True).agg(
        pl.len().alias("count"), pl.col("currency").str.join("\x1f"),
        *[text.str.join("\x1f").alias(f"{name}s") for name, text in texts.items()],
        *[number.str.join(", ").alias(f"{name}s") for name, number in numbers.items()],
    )  # fmt: skip
    return {row["date"]: _digest(row) for row in found.iter_rows(named=True)}


def _digest(row: dict[str, object]) -> str:
    count = row["count"]
    if not isinstance(count, int):
        raise TypeError("a count is a number")
    empty = "\x1f" * (count - 1)
    lines, amounts = ", ".join(["1"] * count), ", ".join(["None"] * count)
    parts = [
        row["dates"], f"[{row['ranks']}]", row["times"], row["ids"], f"[{lines}]",
        row["types"], row["partys"], row["items"], f"[{row['quantitys']}]", row["sources"],
        row["targets"], f"[{row['prices']}]", f"[{amounts}]", row["currency"],
        row["lots"], row["expirys"], empty, empty, row["reasons"], empty, empty, row["payees"],
        row["narrations"], empty, f"[{row['metas']}]",
    ]  # fmt: skip
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()
