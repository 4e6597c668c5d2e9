"""What a run has to say."""
