"""The error gallery: one folder a Problem code, with the smallest books that provoke it."""
