"""Crash tests: writers are killed, disks fill up, system calls fail (RELIABILITY D1)."""
