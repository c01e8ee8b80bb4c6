"""`make run`, `make test` and the other targets, with any Python of this machine: refuses an old one in plain words.

This file alone must be readable by every Python, so it has no newer syntax. The work is in config/installation.py.
"""

import os
import sys


def main():
    """Check this Python and hand over to config.installation."""
    if sys.version_info < (3, 11):
        found = "%d.%d" % (sys.version_info[0], sys.version_info[1])
        sys.stderr.write("Jiqun needs Python 3.11 or newer, and this is %s: install python3.11 or newer.\n" % found)
        return 1
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.stderr.write(
            "This Python cannot make a virtual environment: install its venv part"
            " (on Debian and Ubuntu: apt install python3-venv).\n"
        )
        return 1
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    from config.installation import main as installation

    return installation(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
