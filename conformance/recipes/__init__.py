"""What is asked: one short function per exchange, and the facts read from the answers."""
