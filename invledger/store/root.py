"""Where the company is: `--root`, then INVLEDGER_ROOT, then upward from the working folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from invledger.model import Refused, problem


def find_root(start: Path, env: Mapping[str, str], root: str | None = None) -> Path:
    """The folder that holds both `ledgers/` and `rules/`; raises Refused (root-missing).

    `root` is the command's own option. Going upward stops at the git root and at another owner's
    folder, so that nobody is led into books that a stranger put above.
    """
    named = root or env.get("INVLEDGER_ROOT")
    if named:
        chosen = Path(named).expanduser()
        if is_company(chosen):
            return chosen.resolve()
        raise Refused(problem("root-missing", folder=named))
    here = start.resolve()
    owner = here.stat().st_uid
    for folder in (here, *here.parents):
        if folder.stat().st_uid not in {owner, 0}:
            break
        if is_company(folder):
            return folder
        if (folder / ".git").exists():
            break
    raise Refused(problem("root-missing", folder=start.name or "/"))


def is_company(folder: Path) -> bool:
    """Whether a folder holds a company's books."""
    return (folder / "ledgers").is_dir() and (folder / "rules").is_dir()
