"""Measurements: each figure is a ratio taken in one run, never a timed test (docs/decisions/speed.md)."""
