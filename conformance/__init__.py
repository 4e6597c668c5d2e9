"""Tells whether a DIAL deployment keeps the DIAL contract."""

__version__ = "0.2.0"
