"""`doctor`: what this machine and this company need, what is missing, and what to do about it."""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import locale
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from invledger.ledger import entry_files
from invledger.model import Refused
from invledger.store import Cache, FolderTree, Lock, append_block
from invledger.vcs import git_version

NEEDED = ("beancount", "gitpython", "jinja2", "polars", "pydantic", "pyyaml", "pyzbar", "typer")
EXTRAS = {
    "zxing-cpp": "scan", "biip": "scan", "typst": "pdf", "xlsxwriter": "excel",
    "fastexcel": "excel", "fava": "web", "numba": "fast",
}  # fmt: skip


class Finding(NamedTuple):
    """One thing looked at: `state` is `ok`, `optional` (missing, not needed) or `missing`."""

    name: str
    state: str
    detail: str = ""
    remedy: tuple[str, str] = ("", "")  # English, Chinese


def doctor(root: Path | None = None) -> list[Finding]:
    """Look at the machine and, where `root` is given, at the company's folder."""
    findings = [*_programs(), *_packages(), *_machine()]
    if root is not None:
        findings += _company(root)
    return findings


def _programs() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Finding(
        "python", "ok" if fine else "missing", version,
        ("install Python 3.11 or newer", "请安装 Python 3.11 或更新版本"),
    )  # fmt: skip
    try:
        yield Finding("git", "ok", git_version())
    except Refused:
        yield Finding("git", "missing", "", ("apt install git", "apt install git"))
    found = ctypes.util.find_library("zbar")
    yield Finding(
        "libzbar", "ok" if found else "optional", found or "",
        (
            "apt install libzbar0, to read codes in images",
            "如需识别图像中的条码：apt install libzbar0",
        ),
    )  # fmt: skip


def _packages() -> Iterator[Finding]:
    for name in NEEDED:
        version = _version(name)
        remedy = f"pip install {name}"
        yield Finding(name, "ok" if version else "missing", version, (remedy, remedy))
    for name, extra in EXTRAS.items():
        version = _version(name)
        remedy = f"pip install 'invledger[{extra}]'"
        yield Finding(name, "ok" if version else "optional", version, (remedy, remedy))


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _machine() -> Iterator[Finding]:
    encoding = locale.getpreferredencoding(do_setlocale=False)
    is_utf8 = encoding.lower().replace("-", "") == "utf8"
    yield Finding(
        "locale", "ok" if is_utf8 else "optional", encoding,
        ("set LC_ALL=C.UTF-8", "请设置 LC_ALL=C.UTF-8"),
    )  # fmt: skip
    cache = Cache.of_user(os.environ)
    yield Finding(
        "cache", "ok" if cache is not None else "optional", "",
        (
            "make $XDG_CACHE_HOME (or ~/.cache) a folder of your own that others cannot write",
            "请让 $XDG_CACHE_HOME（或 ~/.cache）归本人所有且他人不可写",
        ),
    )  # fmt: skip


def _company(root: Path) -> Iterator[Finding]:
    remedy = (
        "move the books to a local disk with working locks and sync",
        "请将账套放到支持文件锁和同步写入的本地磁盘",
    )
    try:
        name = tempfile.mkdtemp(prefix=".doctor-", dir=root)
    except OSError as error:
        yield Finding("folder", "missing", error.strerror or "", remedy)
        return
    try:
        yield _lock_works(Path(name), remedy)
        yield _append_works(Path(name), remedy)
    finally:
        shutil.rmtree(name, ignore_errors=True)
    yield from _entry_files(root)


def _lock_works(folder: Path, remedy: tuple[str, str]) -> Finding:
    """Two holders of one lock at once: the second must be refused."""
    try:
        with Lock(folder, "x.lock"):
            try:
                with Lock(folder, "x.lock", wait_seconds=0):
                    return Finding("lock", "missing", "", remedy)
            except Refused:
                return Finding("lock", "ok")
    except (OSError, Refused) as error:
        return Finding("lock", "missing", type(error).__name__, remedy)


def _append_works(folder: Path, remedy: tuple[str, str]) -> Finding:
    try:
        append_block(folder, "x.beancount", "; doctor\n")
        is_there = FolderTree(folder).read("x.beancount") == b"; doctor\n"
    except (OSError, Refused):
        is_there = False
    return Finding("sync", "ok" if is_there else "missing", "", remedy)


def _entry_files(root: Path) -> Iterator[Finding]:
    tree = FolderTree(root)
    for path in entry_files():
        held = tree.read(path) if tree.exists(path) else b""
        currency = re.search(rb'^option "operating_currency" "([A-Z]{3})"$', held, re.MULTILINE)
        text = entry_files(currency[1].decode() if currency else "CNY")[path]
        yield Finding(
            path, "ok" if held == text.encode() else "missing", "",
            (
                "restore it from git; its text is fixed",
                "请用 git 恢复；其内容固定不变",
            ),
        )  # fmt: skip
