"""Remarks that were made twice in review."""

import ast
import re
from pathlib import Path

import pytest

from config import messages

ROOT = Path(__file__).resolve().parent.parent
APPS = [
    "config",
    "portal",
    "ruledesk",
    "simulation",
    "applications",
    "recognitions",
    "clusters",
    "programmes",
    "workflow",
    "accounts",
    "territories",
    "audit",
    "printing",
]


def python_files():
    return [path for app in APPS for path in (ROOT / app).rglob("*.py")]


def templates():
    return list((ROOT / "templates").rglob("*.html"))


def test_locks_are_taken_in_workflow_only():
    wrong = [
        str(path.relative_to(ROOT))
        for path in python_files()
        if path.parts[len(ROOT.parts)] != "workflow"
        and re.search(r"select_for_update|for update\b", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_forms_name_their_fields():
    wrong = [str(path.relative_to(ROOT)) for path in python_files() if "__all__" in path.read_text(encoding="utf-8")]
    assert wrong == []


def test_nobody_filters_by_what_a_stranger_sent():
    pattern = re.compile(r"\*\*\s*request\.(GET|POST)|\*\*\s*dict\(request\.")
    wrong = [str(path.relative_to(ROOT)) for path in python_files() if pattern.search(path.read_text(encoding="utf-8"))]
    assert wrong == []


@pytest.mark.parametrize(
    "pattern", [r"<style[\s>]", r"\sstyle=", r"\son[a-z]+=", r"<script(?![^>]*\bsrc=)", r"\|safe\b"]
)
def test_templates_have_no_inline_script_or_style(pattern):
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in templates()
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_a_table_that_scrolls_sideways_is_reached_by_keyboard_and_has_a_name():
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in templates()
        for match in re.finditer(r'<div class="table-scroll"[^>]*>', path.read_text(encoding="utf-8"))
        if not all(part in match.group(0) for part in ('tabindex="0"', 'role="region"', "aria-label"))
    ]
    assert wrong == []


def test_no_field_whose_text_is_read_as_a_number_cuts_it():
    """A browser would cut what is pasted without a word, and what is left reads as another number."""
    tags = [
        f"{path.relative_to(ROOT)}: {tag}"
        for path in templates()
        for tag in re.findall(r"<input [^>]*inputmode=[^>]*>", path.read_text(encoding="utf-8"))
    ]
    assert len(tags) > 2
    assert [tag for tag in tags if "maxlength" in tag] == []


def test_no_script_sets_chinese_brackets_or_stops_whatever_the_language():
    code = {path.name: re.sub(r"//.*", "", path.read_text(encoding="utf-8")) for path in (ROOT / "static/js").iterdir()}
    assert [name for name, text in code.items() if re.search("[（）：。；]", text)] == []


def test_nothing_is_loaded_from_foreign_hosts():
    wrong = [
        str(path.relative_to(ROOT))
        for path in templates()
        if re.search(r"""(src|href)=["'](https?:)?//""", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_modules_and_models_say_what_they_are():
    wrong = []
    for path in python_files():
        if "migrations" in path.parts or not path.read_text(encoding="utf-8").strip():
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if ast.get_docstring(tree) is None:
            wrong.append(str(path.relative_to(ROOT)))
        if path.name == "models.py":
            wrong += [
                f"{path.relative_to(ROOT)}: {node.name}"
                for node in tree.body
                if isinstance(node, ast.ClassDef) and ast.get_docstring(node) is None
            ]
    assert wrong == []


def test_files_and_functions_stay_small():
    wrong = []
    for path in python_files():
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 450:
            wrong.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        wrong += [
            f"{path.relative_to(ROOT)}: {node.name} has {node.end_lineno - node.lineno + 1} lines"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 50
        ]
    assert wrong == []


# Places that keep a text whatever language is read: a record, data in Chinese, what a packet is compared by.
ALWAYS_CHINESE = {
    "applications/register_changes.py", "applications/rescreening.py", "recognitions/loading.py", "accounts/demo.py",
}  # fmt: skip


def test_names_are_listed_as_the_language_of_the_reader_lists_them():
    wrong = [
        name
        for path in (*python_files(), *templates())
        if (name := str(path.relative_to(ROOT))) not in ALWAYS_CHINESE
        and re.search(r'["}]、["{]' if path.suffix == ".py" else "、", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


CLOSED = r"(?:</(?:strong|span|a|em|b)>)*"


def test_no_translation_into_chinese_ends_with_a_half_width_colon():
    chinese = {message.id: message.string for message in messages.kept(ROOT)}
    assert [words for words in map(str, chinese.values()) if re.search(r"(?:\D|^): ?$", words)] == []


def test_no_gap_follows_a_full_width_colon():
    """A label that other words follow ends with its gap itself: “Reasons: ” is “原因：” in Chinese."""
    chinese = {message.id: str(message.string) for message in messages.kept(ROOT) if isinstance(message.id, str)}
    wrong = [words for words in chinese.values() if re.search("：[ \n]", words)]
    label = re.compile(r"""\{% translate ("[^"]*"|'[^']*')[^%]*%\}""" + CLOSED + r"(?=\s+\S)")
    block = re.compile(r":\{% endblocktranslate %\}" + CLOSED + r"(?=\s+\S)")
    by_hand = re.compile(r"[%}]\}: |：\s")
    for path in templates():
        source = path.read_text(encoding="utf-8")
        outside = re.sub(r"\{% blocktranslate.*?endblocktranslate %\}", "", source, flags=re.S)
        found = [one.group(0) for one in label.finditer(source) if chinese.get(one.group(1)[1:-1], "").endswith("：")]
        found += [one.group(0) for one in (*block.finditer(source), *by_hand.finditer(outside))]
        wrong += [f"{path.relative_to(ROOT)}: {one}" for one in found]
    assert wrong == []
