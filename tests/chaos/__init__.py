"""A network that fails: a proxy between the suite and a DIAL, and the harm that it does."""
