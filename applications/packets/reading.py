"""Read a packet from a file: JSON, or a PDF with the JSON inside. What is not clearly a packet is refused in words."""

import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from applications.packets.content import KIND
from printing import reading

ATTACHED = "packet.json"
LARGEST = 64 * 2**20
# What each format holds; one that was made once is read for good.
FORMAT_1 = {
    "made_at": str, "made_for": dict, "application": dict, "rule_sets": dict, "snapshots": list, "screenings": list,
    "opinions": list, "notices": list, "events": list, "digest": str,
}  # fmt: skip
PARTS = {1: FORMAT_1, 2: FORMAT_1 | {"register": list}}


class UnreadablePacket(ValueError):
    """The file is no packet that can be read; the words say why."""


def read(path: Path) -> tuple[dict[str, Any], bytes | None]:
    """Return the packet in a file, and the whole PDF where it came in one."""
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadablePacket(_("The file is larger than any packet."))
        content = path.read_bytes()
    except OSError as error:
        raise UnreadablePacket(_("The file cannot be read: %(why)s.") % {"why": error.strerror}) from error
    if not reading.is_pdf(content):
        return parse(content), None
    try:
        return parse(reading.attached(content, ATTACHED)), content
    except reading.UnreadablePdf as error:
        raise UnreadablePacket(_("No decision packet lies in this PDF, or the file is damaged.")) from error


def parse(content: bytes) -> dict[str, Any]:
    """Return the packet in a JSON text; two values under one name are refused."""
    try:
        packet = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise UnreadablePacket(_("The file is no decision packet, or it is damaged.")) from error
    if not isinstance(packet, dict) or packet.get("kind") != KIND:
        raise UnreadablePacket(_("The file is no decision packet."))
    made = packet.get("format")
    if type(made) is not int or made not in PARTS:
        raise UnreadablePacket(_("The packet has a format this program does not know; a newer one may."))
    for name, kind in PARTS[made].items():
        if not isinstance(packet.get(name), kind):
            raise UnreadablePacket(_("The packet lacks its part “%(part)s”.") % {"part": name})
    return packet


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("two values under one name")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")
