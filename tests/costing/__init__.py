"""The kernel: kinds, methods, negative stock, provenance, speed paths."""
