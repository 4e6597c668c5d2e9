"""Ways to break one keyword at one location."""
