"""Asking a DIAL over HTTP."""
