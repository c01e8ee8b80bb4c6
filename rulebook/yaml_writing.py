"""Writes the content of a rule set as YAML, in the order and manner of the files that come with the program.

What is written is read back as the same content: text stays text, whatever is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

_HEAD: Final = "code version programme process title effective approved_by succeeds sources settings titles changes"
_CLAUSE: Final = "scoring rules clause name text wording says source article kind veto when unit test regions cases"
_INSIDE: Final = "choose titles places case figures place gives value question options words zh en from to n tests"
_ORDER: Final = {word: i for i, word in enumerate(f"{_HEAD} {_CLAUSE} {_INSIDE}".split())}
_SHORT: Final = 60


class _OneLine(dict[str, Any]):
    """A mapping that is written on one line."""


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True  # anchors are not read


_Writer.add_representer(
    _OneLine,
    lambda writer, content: writer.represent_mapping("tag:yaml.org,2002:map", content.items(), flow_style=True),
)


def dump_yaml(content: Mapping[str, Any]) -> str:
    """The content as YAML text; loading that gives a rule set of the same hash."""
    return str(yaml.dump(_arranged(content), Dumper=_Writer, allow_unicode=True, width=110, sort_keys=False))


def _arranged(content: Any) -> Any:
    """Keys in the order of the files that come with the program; others after them as they stand."""
    if isinstance(content, list):
        return [_arranged(one) for one in content]
    if not isinstance(content, Mapping):
        return content
    arranged = {key: _arranged(content[key]) for key in sorted(content, key=lambda key: _ORDER.get(key, len(_ORDER)))}
    short = all(isinstance(value, str) and len(value) < _SHORT for value in arranged.values())
    return _OneLine(arranged) if short and set(arranged) <= {"zh", "en", "from", "to"} else arranged
