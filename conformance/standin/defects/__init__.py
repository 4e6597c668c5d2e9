"""The named ways in which the stand-in can be broken, one module for each chapter of the requirements."""
