"""Loaded by pytest before the settings are: tests make and empty a database, so they connect as the owner."""

import os

os.environ.setdefault("JIQUN_DATABASE_ROLE", "owner")
