"""Exchanges on disk: one file each, a folder of them, and how it is recorded and read."""
