"""What a schema says, and the validator that decides."""
