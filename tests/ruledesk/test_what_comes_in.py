"""What comes into the rule desk: no sign that nobody sees, and no file without end."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from rulebook import loader
from ruledesk import actions, drafting
from ruledesk.forms import LONGEST_FILE
from ruledesk.models import Draft
from tests.factories import OfficeFactory
from tests.ruledesk import desk
from tests.ruledesk.test_pages import page, send, yaml_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(client, country) -> Draft:
    office = OfficeFactory(ministry=True)
    client.force_login(office.user)
    return desk.opened(office)


@pytest.mark.parametrize(
    ("old", "new", "clause", "words"),
    [
        ("clause: '1.4'", 'clause: "1.4\\u200b"', "1.4␣U+200B", "编号的第 4 个字符 U+200B 看不见"),
        ("clause: '1.4'", "clause: '1\u202e.4'", "1␣U+202E.4", "编号的第 2 个字符 U+202E 看不见"),
        ("近三年产值", "近三年\u2066产值", "1.4", "“zh”的第 4 个字符 U+2066 看不见"),
        ("article: 第一项", "article: 第一\u200d项", "1.1", "“article”的第 3 个字符 U+200D 看不见"),
        ("code: national-2022", "code: national-\u00ad2022", "", "代码的第 10 个字符 U+00AD 看不见"),
        ("  growth:", "  gro\ufeffwth:", "", "第 4 个字符 U+FEFF 看不见"),
    ],
    ids=["space", "direction", "wording", "article", "code", "key"],
)
def test_a_sign_nobody_sees_in_a_rule_file_is_refused_with_its_place(client, draft, old, new, clause, words):
    text = yaml_of(draft)
    assert text.count(old) >= 1
    sent = {"version": draft.version, "file": SimpleUploadedFile("修订.yaml", text.replace(old, new, 1).encode())}
    answer = client.post(reverse("rule_draft_import", args=[draft.pk]), sent)
    mistake = answer.context["mistake"]
    assert (answer.status_code, mistake.clause) == (422, clause)
    assert words in mistake.problem
    assert mistake.line == text.replace(old, new, 1)[: text.index(old)].count("\n") + 1
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_variation_selector_behind_a_han_character_stays(draft):
    text = yaml_of(draft).replace("近三年产值", "近三年产\U000e0100值", 1)
    assert "\U000e0100" in loader.load_text(text, "x").by_clause["1.4"].text.zh


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u3164"])
def test_the_number_of_a_clause_and_a_code_are_refused_in_their_forms_too(client, draft, sign):
    answer = send(client, "rule_clause", draft.pk, "1.4", clause=f"1.4{sign}")
    assert answer.status_code == 422
    assert answer.context["form"].errors["clause"] == [f"第 4 个字符 U+{ord(sign):04X} 看不见，请重新输入。"]
    sent = page(client, "rule_draft_open", draft.parent_id) | {"code": f"other{sign}-2026"}
    answer = client.post(reverse("rule_draft_open", args=[draft.parent_id]), sent)
    assert f"U+{ord(sign):04X}" in answer.context["form"].errors["code"][0] and Draft.objects.count() == 1
    raw = dict(drafting.clause_of(draft.content, "1.4")) | {"clause": f"1.8{sign}"}
    with pytest.raises(loader.RuleFileError, match="cannot be seen"):
        actions.edit(draft, drafting.with_clause(draft.content, "1.8", raw), version=1, by=draft.opened_by)


def test_what_was_stored_with_such_a_sign_stays_readable(draft):
    raw = dict(drafting.clause_of(draft.content, "1.4")) | {"article": "第一\u200b项"}
    content = drafting.with_clause(draft.content, "1.4", raw)
    assert loader.load_canonical(loader.canonical(content)).by_clause["1.4"].article == "第一\u200b项"


@pytest.mark.parametrize("form", ["file", "text"])
def test_a_rule_file_has_a_largest_size(client, draft, form):
    text = yaml_of(draft)
    whole = text + "#" * (LONGEST_FILE - len(text.encode()))  # comments: the same rules at the very limit
    assert len(whole.encode()) == LONGEST_FILE

    def sent(content: str):
        told = SimpleUploadedFile("规则.yaml", content.encode()) if form == "file" else content
        return client.post(reverse("rule_draft_import", args=[draft.pk]), {"version": draft.version, form: told})

    assert sent(whole).status_code == 302
    answer = sent(whole + "#" * (LONGEST_FILE if form == "text" else 1))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [form])
