"""checks: see the design, section 4."""
