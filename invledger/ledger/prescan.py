"""The pre-scan: what is refused before any parser sees the bytes (design, 7; RELIABILITY C.4).

Two steps. `scan_bytes` is cheap and sees every file whole. `scan_code` looks for words and forms
of the language that we refuse; the regular reader knows none of them, so read_raw asks it only
about what that reader left over. Exact places are worked out only when something is found.

Problems: ledger-too-large, text-not-utf8, byte-order-mark, carriage-return, character-refused,
text-not-normal, line-too-long, movements-too-many, directive-refused, option-refused,
include-refused, path-refused, arithmetic-refused, number-too-long, key-reserved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from invledger.ledger.entry import entry_files
from invledger.ledger.grammar import DIGITS_MAX
from invledger.model import Place, Problem, problem

FILE_BYTES_MAX = 16 * 2**20
LINE_BYTES_MAX = 4096
MOVEMENTS_MAX = 200_000
FAULTS_MAX = 100  # of one kind in one file; a flood helps nobody

OPTIONS_ALLOWED = frozenset({"title", "operating_currency"})
_WORDS = ("plugin", "pushtag", "poptag", "pushmeta", "popmeta", "option", "include", "document")
_PLAIN = bytes([9, 10, *range(32, 127)])

# Bytes that continue a character in UTF-8, and first bytes of U+4000 to U+9FFF: Han and nothing
# that could be refused, so that a Chinese file costs no look at single characters.
_HAN = bytes([*range(0x80, 0xC0), *range(0xE4, 0xEA)])

#: Letters, marks and signs that print nothing: fillers of Hangul and Khmer, a blank of Braille.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")

_STEP = LINE_BYTES_MAX // 2
_HIDDEN = re.compile(
    r'^(?:[*:!&?%]|#(?![A-Za-z0-9_/.-]))[^\n]+|"(?:[^"\\]|\\[^\n])*"|;[^\n]*', re.MULTILINE
)
_NAMES = re.compile(
    r"[0-9]{4,}[-/][0-9]+[-/][0-9]+"
    r"|(?:[A-Z]|[^\x00-\x7f])(?:[A-Za-z0-9-]|[^\x00-\x7f])*"
    r"(?::(?:[A-Z0-9]|[^\x00-\x7f])(?:[A-Za-z0-9-]|[^\x00-\x7f])*)+"
    r"|[A-Z][A-Z0-9'._-]*[A-Z0-9]"
    r"|/[A-Z0-9'._-]*[A-Z](?:[A-Z0-9'._-]*[A-Z0-9])?"
    r"|[#^][A-Za-z0-9_/.-]+|[a-z][a-zA-Z0-9_-]+"
)
_WORD = re.compile(
    rf"(?<![A-Za-z0-9_:-])({'|'.join(_WORDS)}|custom)(?![A-Za-z0-9_-]|:[ \t\n])"
)
_ARITHMETIC = re.compile(r"[0-9.)][ \t]*[-+*/]|[-+][ \t]*[-+]|[()]|/")
_LONG = re.compile(rf"[0-9][0-9,.]{{{DIGITS_MAX},}}")
_RESERVED = re.compile(r"^[ \t]+(filename|lineno):", re.MULTILINE)
_ARGUMENT = re.compile(r'[^"\n;]*"([^"]*)"')
_MOVEMENT = re.compile(rb"^[0-9]", re.MULTILINE)


def prescan(path: str, data: bytes) -> list[Problem]:
    """Everything in a ledger file that we refuse, each with its line; empty when clean."""
    found = scan_bytes(path, data)
    return found or scan_code(path, data.decode())


def scan_bytes(path: str, data: bytes) -> list[Problem]:
    """Size, encoding, characters and line lengths of a whole file."""
    if len(data) > FILE_BYTES_MAX:
        return [problem("ledger-too-large", Place(path), bytes=len(data), limit=FILE_BYTES_MAX)]
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return [problem("byte-order-mark", Place(path, 1, 1))]
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return [problem("text-not-utf8", _place(path, data, error.start))]
    found = list(_characters(path, data)) + list(_long_lines(path, data))
    if len(data) > MOVEMENTS_MAX * 20:
        count = len(_MOVEMENT.findall(data))
        if count > MOVEMENTS_MAX:
            found.append(
                problem("movements-too-many", Place(path), count=count, limit=MOVEMENTS_MAX)
            )
    return found


def _place(path: str, data: bytes, at: int) -> Place:
    start = data.rfind(b"\n", 0, at) + 1
    column = len(data[start:at].decode(errors="replace")) + 1
    return Place(path, data.count(b"\n", 0, at) + 1, column)


def _characters(path: str, data: bytes) -> Iterator[Problem]:
    """Refused characters; deleting plain ASCII first leaves little to look at."""
    rare = data.translate(None, _PLAIN)
    if not rare.translate(None, _HAN):
        return
    characters = set(rare.decode())
    if "\r" in characters:
        yield problem("carriage-return", _place(path, data, data.index(b"\r")))
    for character in sorted(characters - {"\r"}):
        if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp"} or _is_nothing(character):
            at = data.index(character.encode())
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            yield problem("character-refused", _place(path, data, at), name=name)
    if not all(map(_is_calm, characters)):
        for number, line in enumerate(data.decode().split("\n"), 1):
            if not unicodedata.is_normalized("NFC", line):
                yield problem("text-not-normal", Place(path, number))
                return


def _is_nothing(character: str) -> bool:
    """A code point that Unicode says is no character, or a letter that nobody can see."""
    code = ord(character)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or character in _INVISIBLE


def _is_calm(character: str) -> bool:
    """Whether a character is in NFC whatever stands beside it."""
    if "\u4e00" <= character <= "\u9fff" or character < "\u0300":
        return True
    return (
        not unicodedata.category(character).startswith("M")
        and not "\u1100" <= character <= "\u11ff"
        and unicodedata.normalize("NFC", character) == character
    )


def _long_lines(path: str, data: bytes) -> Iterator[Problem]:
    """Lines beyond the limit: such a line fills at least one window of half the limit."""
    for start in range(0, len(data), _STEP):
        if data.find(b"\n", start, start + _STEP) < 0:
            begin = data.rfind(b"\n", 0, start) + 1
            end = data.find(b"\n", start)
            length = (len(data) if end < 0 else end) - begin
            if length > LINE_BYTES_MAX:
                line = data.count(b"\n", 0, begin) + 1
                yield problem("line-too-long", Place(path, line), bytes=length, limit=4096)
                return


def scan_code(path: str, text: str) -> list[Problem]:
    """Words, numbers and forms that we refuse, outside strings and comments."""
    code = _HIDDEN.sub(_blank, text)
    found: list[tuple[int, Problem]] = []
    for match in _WORD.finditer(code):
        fault = _judge_word(path, text, match)
        if fault is not None:
            found.append((match.start(), fault))
    found += [
        (match.start(), problem("key-reserved", Place(path), key=match[1]))
        for match in _RESERVED.finditer(code)
    ]
    bare = _NAMES.sub(_blank, code)
    for kind, pattern in (("arithmetic-refused", _ARITHMETIC), ("number-too-long", _LONG)):
        found += [
            (match.start(), problem(kind, Place(path), limit=DIGITS_MAX))
            for match in pattern.finditer(bare)
        ]
    found.sort(key=lambda pair: pair[0])
    placed = [
        fault._replace(place=Place(path, text.count("\n", 0, at) + 1))
        for at, fault in found[:FAULTS_MAX]
    ]
    return [fault for fault in placed if not _is_told_above(fault, placed, code)]


def _is_told_above(fault: Problem, placed: list[Problem], code: str) -> bool:
    """Whether a number is the one that the line before was refused for: those of one line."""
    if fault.code != "number-too-long" or fault._replace(place=_above(fault.place)) not in placed:
        return False
    lines = code.split("\n", fault.place.line)
    own, before = (set(_LONG.findall(lines[fault.place.line - n])) for n in (1, 2))
    return own == before


def _above(place: Place) -> Place:
    return place._replace(line=place.line - 1)


def _blank(match: re.Match[str]) -> str:
    """As many blanks as characters, line breaks kept, so that places stay right."""
    return re.sub(r"[^\n]", " ", match[0])


def _judge_word(path: str, text: str, match: re.Match[str]) -> Problem | None:
    word, argument = match[1], _ARGUMENT.match(text, match.end())
    said = "" if argument is None else argument[1]
    if word == "custom":
        if not said.startswith("fava-") or path in entry_files():
            return None
        return problem("directive-refused", Place(path), word=f"custom {said}")
    if word == "option":
        if said in OPTIONS_ALLOWED:
            return None
        return problem("option-refused", Place(path), option=said)
    if word == "include":
        if path in entry_files() and said and not _leaves(said):
            return None
        return problem("include-refused", Place(path), target=said)
    if word == "document":
        return problem("path-refused", Place(path), target=said) if _leaves(said) else None
    return problem("directive-refused", Place(path), word=word)


def _leaves(target: str) -> bool:
    """Whether a path is absolute, climbs, or names a home folder or another system's drive."""
    return target.startswith(("/", "~", "\\")) or ".." in target.split("/") or ":" in target[:3]
