"""vcs: see the design, section 4."""
