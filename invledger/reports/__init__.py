"""reports: see the design, section 4."""
