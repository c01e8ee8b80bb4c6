"""Message ids are gathered from code and templates, and the catalogue is kept without guessing."""

import gettext
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import messages

ROOT = Path(messages.__file__).resolve().parent.parent

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
title = _("Clusters")
many = ngettext("%(count)d place left", "%(count)d places left", 2)
verb = pgettext_lazy("button", "Return")
"""
TEMPLATE = """{% load i18n %}
<div>
      <h1>{% translate "Clusters" %}</h1>
   <p title="{% translate "Search by pinyin" %}">it's {{ "a" }} 100% "free</p>
  {% blocktranslate trimmed count counter=places with name=cluster.name %}
      One place for {{ name }}
  {% plural %}
      {{ counter }} places for {{ name }}
  {% endblocktranslate %}
  {# a comment that isn't shown #}
</div>
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "views.py").write_text(CODE)
    (tmp_path / "templates" / "portal").mkdir(parents=True)
    (tmp_path / "templates" / "portal" / "list.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text('_("Not a message of the site")')
    return tmp_path


def ids(catalogue):
    return {(message.context, message.id) for message in catalogue if message.id}


CHINESE = {
    "Clusters": "集群",
    "Search by pinyin": "按拼音检索",
    "%(count)d place left": {"plural": "%(count)d places left", "translation": "剩余%(count)d个名额"},
    "One place for %(name)s": {
        "plural": "%(counter)s places for %(name)s",
        "translation": "%(name)s：%(counter)s个名额",
    },
    "Return": {"context": "button", "translation": "退回"},
}


def test_ids_come_from_code_and_templates_but_not_from_tests(project):
    assert ids(messages.extracted(project)) == {
        (None, "Clusters"),
        (None, ("%(count)d place left", "%(count)d places left")),
        ("button", "Return"),
        (None, "Search by pinyin"),
        (None, ("One place for %(name)s", "%(counter)s places for %(name)s")),
    }


def test_a_complete_catalogue_compiles_to_what_gettext_reads(project):
    assert messages.add(project, CHINESE) == 5
    assert messages.main(["extract"], project) == 0
    assert messages.complaints(project) == []
    assert messages.main(["compile"], project) == 0
    compiled = gettext.GNUTranslations(messages.catalogue_file(project).with_suffix(".mo").open("rb"))
    assert compiled.gettext("Clusters") == "集群"
    assert compiled.ngettext("%(count)d place left", "%(count)d places left", 3) == "剩余%(count)d个名额"
    assert compiled.pgettext("button", "Return") == "退回"


def test_the_file_is_the_same_when_nothing_changed_and_has_no_line_numbers_or_dates(project):
    messages.add(project, CHINESE)
    messages.main(["extract"], project)
    before = messages.catalogue_file(project).read_text()
    messages.main(["extract"], project)
    assert messages.catalogue_file(project).read_text() == before
    assert "#:" not in before
    assert "Date" not in before


def test_a_changed_id_drops_its_translation_and_nothing_is_guessed(project):
    messages.add(project, CHINESE)
    code = project / "portal" / "views.py"
    code.write_text(CODE.replace('_("Clusters")', '_("Clusters.")'))
    messages.main(["extract"], project)
    assert messages.complaints(project) == ["missing: 'Clusters.'"]
    assert "fuzzy" not in messages.catalogue_file(project).read_text()


def test_what_is_missing_unused_or_fuzzy_or_lost_a_placeholder_is_told(project, capsys):
    wrong = {name: value for name, value in CHINESE.items() if name != "Search by pinyin"}
    wrong |= {"Gone": "无", "%(count)d place left": {**CHINESE["%(count)d place left"], "translation": "剩余名额"}}
    messages.add(project, wrong)
    file = messages.catalogue_file(project)
    file.write_text(file.read_text().replace('msgid "Clusters"', '#, fuzzy\nmsgid "Clusters"'))
    assert messages.main(["check"], project) == 1
    told = capsys.readouterr().out
    assert "missing: 'Search by pinyin'" in told
    assert "unused: 'Gone'" in told
    assert "fuzzy: 'Clusters'" in told
    assert "'%(count)d place left': placeholder %(count)d is not on both sides" in told


def test_people_who_add_at_once_lose_nothing(project):
    names = []
    for person in range(4):
        names.append(project / f"{person}.json")
        names[-1].write_text(json.dumps({f"{person} {number}": f"译{number}" for number in range(50)}))
    program = "import sys; from pathlib import Path; from config.messages import main; "
    program += "main(['add', sys.argv[1]], Path(sys.argv[2]))"
    adding = [
        subprocess.Popen([sys.executable, "-c", program, str(name), str(project)], cwd=ROOT, stdout=subprocess.DEVNULL)
        for name in names
    ]
    assert [process.wait(timeout=60) for process in adding] == [0, 0, 0, 0]
    assert len(messages.kept(project)) == 200


def test_names_and_amounts_stand_in_a_chinese_sentence_without_a_space():
    """Only figures stand apart from Chinese characters: a name is one of them, and an amount ends with its unit."""
    catalogue = Path("locale/zh_Hans/LC_MESSAGES/django.po").read_text(encoding="utf-8")
    lines = [line for line in catalogue.splitlines() if line.startswith(("msgstr", '"'))]
    names = r"%\((?:who|whose|writer|approver|place|province|part|under)\)s"
    amounts = r"%\((?:under_value|part_value|whole_value|usual)\)s"
    apart = re.compile(rf"{names} [\u4e00-\u9fff]|[\u4e00-\u9fff] {names}|{amounts} [\u4e00-\u9fff]")
    assert [line for line in lines if apart.search(line)] == []


def test_the_chinese_of_this_site_is_complete():
    assert messages.complaints(ROOT) == []
