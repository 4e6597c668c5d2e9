"""What DIAL is: bytes in, facts out. No HTTP, no pytest."""
