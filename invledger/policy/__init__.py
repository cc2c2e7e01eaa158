"""policy: see the design, section 4."""
