#!/usr/bin/env python
"""Jiqun's command line."""

import os
import sys

# Commands that serve people run as the application role, which cannot touch the record;
# every other command is an administrator's and runs as the owner of the tables.
ROLES = {"serve": "application", "runserver": "application", "work": "worker"}


def main() -> None:
    """Run one management command."""
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("JIQUN_DATABASE_ROLE", ROLES.get(command, "owner"))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
