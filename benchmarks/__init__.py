"""Measures the suite: the table "Speed" of docs/architecture.md."""
