"""Official clients, as a user would run them: what they send goes through the run, and what they understand is kept."""
