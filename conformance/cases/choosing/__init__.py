"""Which of the many configurations are tried."""
