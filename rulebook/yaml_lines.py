"""Reads YAML as text only, remembering the line of every mapping.

Every scalar stays a string (no yes/no, no floats); a key said twice, anchors and aliases,
tags and what is nested deeper than any rule are refused.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

DEEPEST: Final = 40  # mappings and lists within one another


class Lined(dict[str, Any]):
    """A mapping that knows the line it starts on and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class UnreadableYaml(ValueError):
    """What is wrong with the file, and on which line."""

    def __init__(self, line: int, problem: str) -> None:
        self.line, self.problem = line, problem
        super().__init__(f"line {line}: {problem}")


def read(text: str) -> Any:
    """The document as Lined mappings, lists and strings."""
    try:
        _refuse_what_is_no_plain_list(text)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        raise UnreadableYaml(
            _line(error.problem_mark or error.context_mark), str(error.problem or "not YAML")
        ) from error
    except yaml.YAMLError as error:
        raise UnreadableYaml(1, f"not YAML: {error}") from error
    if node is None:
        raise UnreadableYaml(1, "the file is empty")
    return _plain(node)


def _refuse_what_is_no_plain_list(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.BaseLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableYaml(_line(event.start_mark), "anchors and aliases are not read")
        if tag := getattr(event, "tag", None):
            raise UnreadableYaml(_line(event.start_mark), f"the tag {tag} is not read")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise UnreadableYaml(_line(event.start_mark), "this is nested too deep")


def _line(mark: Any) -> int:
    return 1 if mark is None else int(mark.line) + 1


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    assert isinstance(node, yaml.MappingNode)
    mapping = Lined(_line(node.start_mark))
    for key_node, value_node in node.value:
        line = _line(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode):
            raise UnreadableYaml(line, "a key must be a word")
        key = str(key_node.value)
        if key in mapping:
            raise UnreadableYaml(line, f"“{key}” is said twice")
        mapping[key] = _plain(value_node)
        mapping.lines[key] = line
    return mapping
