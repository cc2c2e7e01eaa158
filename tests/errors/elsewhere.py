from __future__ import annotations
ELSEWHERE: dict[str, str] = {}
