"""The world around a command: streams, colour, width, language. Commands ask here, not `os`.

Data go to stdout, messages to stderr. A reader who goes away (`| head`) is no error. Where stdout
cannot say a character it is shown escaped; formats for machines are always UTF-8.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

LANGUAGES = ("en", "zh")


def language_of(argv: Sequence[str], env: Mapping[str, str]) -> str:
    """`--lang` wherever it stands, then INVLEDGER_LANG, LC_ALL, LC_MESSAGES, LANG, English."""
    for at, word in enumerate(argv):
        if word == "--":
            break
        if word.startswith("--lang="):
            return _known(word.removeprefix("--lang="))
        if word == "--lang" and at + 1 < len(argv):
            return _known(argv[at + 1])
    for name in ("INVLEDGER_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if env.get(name):
            return _known(env[name])
    return "en"


def _known(text: str) -> str:
    return "zh" if text.lower().startswith(("zh", "chinese")) else "en"


def wants_color(*, refused: bool) -> bool:
    """NO_COLOR and --no-color say no, CLICOLOR_FORCE yes, else a terminal that is not dumb."""
    if refused or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return os.environ.get("TERM") != "dumb" and is_terminal(sys.stdout)


def is_terminal(stream: TextIO) -> bool:
    """Whether a person sits there; a closed stream is nobody."""
    try:
        return stream.isatty()
    except ValueError:
        return False


def screen_width() -> int | None:
    """COLUMNS, else the terminal's width, else None: a pipe has no edge."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns) > 0:
        return int(columns)
    if not is_terminal(sys.stdout):
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


def put(text: str | bytes) -> None:
    """Data to stdout. Bytes go out as they are; text in the encoding of the stream."""
    _put(sys.stdout, text)


def tell(text: str) -> None:
    """A message to stderr, with its newline."""
    _put(sys.stderr, text if text.endswith("\n") else text + "\n")


def _put(stream: TextIO, text: str | bytes) -> None:
    try:
        if isinstance(text, bytes):
            stream.flush()
            stream.buffer.write(text)
            stream.buffer.flush()
        else:
            encoding = stream.encoding or "utf-8"
            if encoding.lower().replace("-", "") != "utf8":
                text = text.encode(encoding, "backslashreplace").decode(encoding)
            stream.write(text)
            stream.flush()
    except OSError as error:
        _close_quietly(stream)
        if not isinstance(error, BrokenPipeError):  # who reads has had enough: no fault
            raise


def _close_quietly(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, so that the interpreter's last flush is silent."""
    try:
        nowhere = os.open(path=os.devnull, flags=os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return
