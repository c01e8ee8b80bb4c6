"""Which wording printed a packet: a digest of the words, the code that chooses them, the layout and the typefaces.

It stands in the PDF. Where the same wording prints other pages, the pages were altered; another wording may differ.
The digest covers too much rather than too little, so that nobody is accused because a sentence was improved.
"""

import hashlib
from functools import cache
from pathlib import Path

import django

from printing import fonts
from printing.document import STANDARD

ROOT = Path(__file__).resolve().parent.parent.parent
# Every file from which words of the pages come; tests/applications/test_wording.py follows the printing to find more.
WORDED = (
    "accounts/enums.py",
    "applications/changes.py",
    "applications/enums.py",
    "applications/figures.py",
    "applications/history.py",
    "applications/judging.py",
    "applications/known.py",
    "applications/packets/*.py",
    "applications/packets/*.typ",
    "applications/prescreening.py",
    "applications/presenting.py",
    "applications/register_changes.py",
    "applications/replaying.py",
    "applications/returns.py",
    "applications/snapshots.py",
    "applications/versions.py",
    "audit/models.py",
    "clusters/consistency.py",
    "clusters/sentences.py",
    "config/formats/**/*.py",
    "data/form-*.json",
    "locale/**/*.po",
    "printing/*.py",
    "printing/*.typ",
    "programmes/enums.py",
    "rulebook/**/*.py",
)


def files() -> list[Path]:
    """Return the files from which the words and the looks of the pages come."""
    return sorted({file for pattern in WORDED for file in ROOT.glob(pattern)})


@cache
def ours() -> str:
    """Return the digest of the wording of this program; read once in the life of a process."""
    made = hashlib.sha256(f"{STANDARD} {fonts.edition()} Django {django.get_version()}".encode())
    for file in files():
        made.update(hashlib.sha256(file.read_bytes()).digest())
    return made.hexdigest()
