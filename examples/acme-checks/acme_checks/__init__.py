"""The house rules of Acme for its DIALs."""
