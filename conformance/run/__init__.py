"""A run, step by step: settings, discovery, plan, exchanges, verdicts."""
