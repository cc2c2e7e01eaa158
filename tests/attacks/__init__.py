"""Hostile content: what must come out harmless."""
