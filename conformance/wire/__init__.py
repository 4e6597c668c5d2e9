"""How it is asked: transport, cassettes, redaction, schedule."""
