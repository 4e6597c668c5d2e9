"""The baseline: violations that are known, and let be until they are gone or their time is up."""
