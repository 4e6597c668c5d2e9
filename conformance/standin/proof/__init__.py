"""The proof that every requirement can fail: the suite against the stand-in, once for each defect."""
