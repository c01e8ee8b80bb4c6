"""Imports point one way; every import of the project is read."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "config",
    "portal",
    "ruledesk",
    "simulation",
    "applications",
    "recognitions",
    "clusters",
    "programmes",
    "workflow",
    "notifications",
    "files",
    "accounts",
    "territories",
    "audit",
    "workbook",
    "printing",
    "rulebook",
]

# Inside an app, from left to right; a name that is not here may stand anywhere but import only to the right of views.
LAYERS = [
    {"urls"},
    {"views", "api", "admin", "management"},
    {"forms", "imports", "exports", "filters"},
    {"actions"},
    {"models"},
    {"querysets"},
    {"lifecycle", "policies"},
    {"enums"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
# A manager is part of its model, a life cycle names what it locks, and a rule may ask a table: the
# first is below the model, the others above it, and none of them is imported back.
FREE = {("lifecycle", "models"), ("policies", "models"), ("policies", "querysets"), ("lifecycle", "querysets")}


def files():
    for app in ORDER:
        yield from (ROOT / app).rglob("*.py") if (ROOT / app).exists() else ()


def imports(path: Path):
    """Yield the dotted names a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where they point"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(path: Path) -> tuple[str, str]:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0], parts[1] if len(parts) > 1 else ""


def test_apps_import_only_to_the_right():
    wrong = []
    for path in files():
        app, _ = place(path)
        for name in imports(path):
            target = name.split(".")[0]
            if target in ORDER and ORDER.index(target) < ORDER.index(app):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_inside_an_app_imports_point_from_pages_to_words():
    wrong = []
    for path in files():
        app, layer = place(path)
        if "migrations" in path.parts or layer not in RANK:
            continue
        for name in imports(path):
            parts = name.split(".")
            if parts[0] != app or len(parts) < 2 or parts[1] not in RANK or parts[1] == layer:
                continue
            if RANK[parts[1]] < RANK[layer] and (layer, parts[1]) not in FREE:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_the_rulebook_knows_neither_django_nor_any_other_app():
    allowed = {"numpy", "yaml", "rulebook"}
    import sys

    wrong = {
        f"{path.name} imports {name}"
        for path in (ROOT / "rulebook").rglob("*.py")
        for name in imports(path)
        if name.split(".")[0] not in allowed | sys.stdlib_module_names
    }
    assert wrong == set()


def test_there_is_no_import_circle():
    graph: dict[str, set[str]] = {}
    for path in files():
        if "migrations" in path.parts:
            continue
        own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        at_top = {
            name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            )
        }
        graph[own] = at_top
    known = set(graph)
    graph = {own: {name for name in names if name in known and name != own} for own, names in graph.items()}
    while True:
        leaves = {name for name, targets in graph.items() if not targets}
        if not leaves:
            break
        graph = {name: targets - leaves for name, targets in graph.items() if name not in leaves}
    # A package's own __init__ importing its parts is no circle of meaning.
    assert {name: targets for name, targets in graph.items() if targets} == {}
