"""Tests of the room `vcs`."""
