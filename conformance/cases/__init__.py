"""Which configurations to try, computed from a schema."""
