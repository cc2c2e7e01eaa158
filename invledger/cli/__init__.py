"""cli: Typer commands, one file a group; parse, call, print, exit code."""

from invledger.cli.app import build_app, main, run

__all__ = ["build_app", "main", "run"]
