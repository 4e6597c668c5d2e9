"""The stand-in: a DIAL on this machine that answers like the real Core, and the ways in which it can be broken."""
