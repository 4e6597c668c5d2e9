"""The words that all share: requirement, recipe, case, exchange, verdict, result."""
