"""Beyond the fixed cases: configurations that Hypothesis makes from a schema, and the simplest that contradicts it."""
