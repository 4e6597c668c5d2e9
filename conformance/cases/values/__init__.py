"""Values that a schema allows."""
