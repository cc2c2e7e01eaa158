"""The graph of `explain` as a picture in SVG: no program and no font from elsewhere is needed.

In: a `Table` as `graph` reads it, a language, and whether money flows away from the subject. Out:
a standalone SVG 1.1 text. Layers stand side by side, what was asked on the left; a band is as wide
as its part of the node on the left, and its arrow points where the money went. Widths of text are
reckoned generously in columns of a terminal, a Chinese character two, so that boxes fit whatever
font is there; a long line is broken. All text passes `safe.visible` and is escaped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from html import escape
from itertools import chain
from typing import NamedTuple

from invledger.model import Table
from invledger.render.graph import Edge, Graph, Knot, graph_of
from invledger.render.safe import visible, width_of, wrapped
from invledger.render.text import about_line, audit_line, said

COLUMN, LINE, PAD = 7, 17, 8  # pixels: of a column of text, between lines, around text
APART, BETWEEN, MARGIN, HEAD = 14, 96, 24, 62  # boxes, layers, the picture's edge, its title
LINE_MAX = 38  # columns; a longer line of a box is broken
BAND_LEAST = 1.2

_FONT = (
    "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',"
    "'WenQuanYi Micro Hei','DejaVu Sans',sans-serif"
)
_STYLE = (
    f"text{{font-family:{_FONT};font-size:12px;fill:#1c2733}}"
    ".t{font-size:17px;font-weight:bold}.s{font-size:11px;fill:#5b6875}"
    ".n{font-weight:bold}.f{font-variant-numeric:tabular-nums}.w{font-size:11px;fill:#5b6875}"
)
_PLAIN = "#7b8794"
_ARROW = (
    '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
    'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
    f'<path d="M0 0 8 4 0 8z" fill="{_PLAIN}"/></marker></defs>'
)
#: Colour of a node's edge by its role: where value enters, is made, is uncertain.
_COLOURS = {
    **dict.fromkeys(("receipt", "receive", "net", "value", "accrued", "invoiced"), "#2f7d4f"),
    **dict.fromkeys(("produced", "produce", "consumed", "consume", "added", "add-to-order",
                     "handed-back", "hand-back", "in-orders"), "#b3691b"),
    **dict.fromkeys(("estimate", "true-up", "residue", "difference", "variance", "price-variance",
                     "rate-rounding", "revalued", "revalue", "landed", "expensed"), "#b23a48"),
    **dict.fromkeys(("issue", "issued", "return-out", "returned-out"), "#2b5c8a"),
}  # fmt: skip


class _Box(NamedTuple):
    x: float
    y: float  # of the top
    width: float
    height: float
    lines: tuple[tuple[str, str], ...]  # style and text

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def tree_svg(table: Table, language: str, *, reverse: bool = False) -> str:
    """The picture; `reverse`: arrows point away from what was asked."""
    graph = graph_of(table, language)
    boxes = _boxes(graph)
    title, about = said(table.title, language), about_line(table, language)
    foot = [said(note, language) for note in table.notes] + [audit_line(table, short=True)]
    foot = [line for line in foot if line]
    needed = max(width_of(text) for text in (title + title, about, *foot)) * COLUMN
    width = max([needed, *(box.x + box.width for box in boxes)]) + MARGIN
    bottom = max((box.y + box.height for box in boxes), default=HEAD)
    height = bottom + MARGIN + LINE * len(foot)
    lines = [
        _opening(width, height, language),
        f"<title>{escape(visible(title))}</title>",
        f"<style>{_STYLE}</style>",
        _ARROW,
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        _text(MARGIN, MARGIN + 10, "t", title),
        _text(MARGIN, MARGIN + 28, "s", about),
        *_bands(graph, boxes, reverse=reverse),
        *chain.from_iterable(map(_drawn, graph.knots, boxes)),
        *(_text(MARGIN, bottom + MARGIN + LINE * n, "s", text) for n, text in enumerate(foot)),
        "</svg>",
    ]
    return "\n".join(filter(None, lines)) + "\n"


def _opening(width: float, height: float, language: str) -> str:
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} xml:lang="{language}">'


def _boxes(graph: Graph) -> list[_Box]:
    """Where every node stands: beside what belongs under it, nothing on top of another."""
    texts = [_broken(knot) for knot in graph.knots]
    heights = [2 * PAD + LINE * len(lines) - 3.0 for lines in texts]
    widths: dict[int, float] = defaultdict(float)
    for knot, lines in zip(graph.knots, texts, strict=True):
        own = max((width_of(text) for _, text in lines), default=0) * COLUMN + 2 * PAD
        widths[knot.layer] = max(widths[knot.layer], own)
    starts, x = {}, float(MARGIN)
    for layer in sorted(widths):
        starts[layer] = x
        x += widths[layer] + BETWEEN
    middles = _middles(graph, heights)
    return [
        _Box(starts[knot.layer], middle - height / 2, widths[knot.layer], height, lines)
        for knot, middle, height, lines in zip(graph.knots, middles, heights, texts, strict=True)
    ]


def _middles(graph: Graph, heights: Sequence[float]) -> list[float]:
    """The height of every node's middle: each has a strip, within which what is under it stands.

    A node with several edges into it stands in the strip of the first.
    """
    first: dict[int, int] = {}
    for edge in graph.edges:
        first.setdefault(edge.end, edge.start)
    under: dict[int, list[int]] = defaultdict(list)
    for end, start in sorted(first.items()):
        under[start].append(end)
    order = sorted(range(len(graph.knots)), key=lambda n: graph.knots[n].layer)
    strips = [0.0] * len(order)
    for number in reversed(order):
        inner = sum(strips[child] for child in under[number])
        strips[number] = max(heights[number] + APART, inner)
    middles, y = [0.0] * len(order), float(HEAD)
    tops: dict[int, float] = {}
    for number in order:
        if number not in first:
            tops[number] = y
            y += strips[number]
        middles[number] = tops[number] + strips[number] / 2
        inner = sum(strips[child] for child in under[number])
        top = middles[number] - inner / 2
        for child in under[number]:
            tops[child] = top
            top += strips[child]
    return middles


def _broken(knot: Knot) -> tuple[tuple[str, str], ...]:
    """The lines of a box with their styles, long ones broken."""
    lines = []
    for n, line in enumerate(knot.lines):
        style = "n" if n == 0 else "w" if n == len(knot.lines) - 1 else "f"
        lines += [(style, part) for part in wrapped(visible(line), LINE_MAX)]
    return tuple(lines)


def _bands(graph: Graph, boxes: Sequence[_Box], *, reverse: bool) -> list[str]:
    """The bands between nodes, stacked on the right side of the node that they lead into."""
    leaving: dict[int, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        leaving[edge.start].append(edge)
    drawn = []
    end = 'marker-end="url(#a)"' if reverse else 'marker-start="url(#a)"'
    for start, edges in leaving.items():
        room = boxes[start].height - 10
        whole = sum(abs(edge.value) for edge in edges)
        shares = [float(abs(edge.value) / whole) if whole else 1 / len(edges) for edge in edges]
        y = boxes[start].y + 5
        x = boxes[start].x + boxes[start].width
        for edge, share in sorted(
            zip(edges, shares, strict=True), key=lambda pair: boxes[pair[0].end].middle
        ):
            target, thick = boxes[edge.end], max(share * room, BAND_LEAST)
            at, to = y + share * room / 2, target.middle
            half = (x + target.x) / 2
            path = f"M{x + 7:.1f} {at:.1f}C{half:.1f} {at:.1f} {half:.1f} {to:.1f}"
            path += f" {target.x - 7:.1f} {to:.1f}"
            colour = _COLOURS.get(graph.knots[edge.end].role, _PLAIN)
            label = f"<title>{escape(visible(edge.label))}</title>"
            drawn.append(
                f'<path d="{path}" fill="none" stroke="{colour}" stroke-opacity="0.22" '
                f'stroke-width="{thick:.1f}">{label}</path>'
            )
            line = f"M{x + 1:.1f} {at:.1f}{path[path.index('C') :]}H{target.x - 1:.1f}"
            drawn.append(
                f'<path d="{line}" fill="none" stroke="{_PLAIN}" stroke-width="0.8" {end}/>'
            )
            y += share * room
    return drawn


def _drawn(knot: Knot, box: _Box) -> list[str]:
    """One box with its text."""
    colour = "#1c2733" if knot.layer == 0 else _COLOURS.get(knot.role, _PLAIN)
    place, height = f'x="{box.x:.1f}" y="{box.y:.1f}"', f'height="{box.height:.1f}"'
    frame = f'rx="4" fill="#fbfcfd" stroke="{colour}"'
    parts = [
        f'<rect {place} width="{box.width:.1f}" {height} {frame}/>',
        f'<rect {place} width="4" {height} rx="2" fill="{colour}"/>',
    ]
    for n, (style, text) in enumerate(box.lines):
        parts.append(_text(box.x + PAD + 2, box.y + PAD + 9 + LINE * n, style, text))
    return parts


def _text(x: float, y: float, style: str, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}">{escape(text)}</text>' if text else ""
