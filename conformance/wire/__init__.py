"""How a request gets its answer: over HTTP or from cassettes, and what is redacted on the way."""
