"""The requirements of the DIAL contract, one check each."""
