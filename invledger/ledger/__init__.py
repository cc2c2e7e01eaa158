"""ledger: see the design, section 4."""
