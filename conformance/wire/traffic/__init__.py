"""Traffic that was captured elsewhere, read without trust: HAR files, cassettes of others, sets of ours."""
