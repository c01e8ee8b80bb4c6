"""The pages of the rule desk: forms instead of code, nothing lost, nothing of another authority."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programmes.models import RuleSet
from rulebook import loader
from ruledesk import actions, drafting, effects, parts
from ruledesk.models import Draft
from tests.factories import OfficeFactory
from tests.ruledesk import desk
from tests.situations import GOOD, recommended

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client, country):
    office = OfficeFactory(ministry=True)
    client.force_login(office.user)
    return office


def page(client, name: str, *arguments, **data):
    """Return what a form of a page sends back untouched: every field with what it shows."""
    answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200, answer.content.decode()
    sent = {}
    for form in [answer.context["form"], *(answer.context.get("tests") or [])]:
        for field in form:
            if (value := field.value()) not in (None, False):
                sent[field.html_name] = value if value is not True else "on"
    if answer.context.get("tests"):
        management = answer.context["tests"].management_form
        sent |= {field.html_name: field.value() for field in management}
    return sent | data


def send(client, name: str, *arguments, **data):
    return client.post(reverse(name, args=arguments), page(client, name, *arguments, **data))


# --- Reading --------------------------------------------------------------------------------------


def test_a_county_reads_what_is_stored_and_no_draft(client, country):
    draft = desk.opened()
    client.force_login(OfficeFactory(county=True).user)
    listed = client.get(reverse("rules")).content.decode()
    assert "中小企业特色产业集群认定标准（2022年版）" in listed
    assert draft.get_absolute_url() not in listed
    shown = client.get(reverse("rule_set", args=[draft.parent_id])).content.decode()
    for words in (
        "近三年产值均在40亿元以上",
        "第一项",
        "不含本数",
        "三个年度的集群总产值均不低于 40 亿元",
        draft.parent.digest,
    ):
        assert words in shown
    assert client.get(draft.get_absolute_url()).status_code == 403


def test_at_least_and_more_than_are_kept_apart(officer, client):
    shown = client.get(reverse("rule_set", args=[desk.national().pk])).content.decode()
    start = shown.index('href="#c-1.5"')
    assert "≥" in shown[start : start + 400] and "含本数" in shown[start : start + 400]
    start = shown.index('href="#c-1.6"')
    assert "&gt;" in shown[start : start + 400] and "不含本数" in shown[start : start + 400]


@pytest.mark.parametrize("code", loader.codes())
def test_every_rule_set_that_comes_with_the_program_has_a_page_and_downloads_as_itself(officer, client, code):
    rules = loader.load(code)
    row = RuleSet.objects.create(
        code=rules.code, version=rules.version, content=rules.canonical_json, digest=rules.hash,
        process=str(rules.process),
    )  # fmt: skip
    shown = client.get(reverse("rule_set", args=[row.pk])).content.decode()
    assert rules.title.zh in shown
    if any(str(rule.kind) == "open" for rule in rules.rules):
        assert "来源未公布" in shown
    file = client.get(reverse("rule_set_yaml", args=[row.pk]))
    assert loader.load_text(file.content.decode()).hash == rules.hash
    assert f"{code}-{rules.version}.yaml" in file["Content-Disposition"]


# --- Beginning and changing -----------------------------------------------------------------------


def test_a_draft_is_begun_from_a_version_with_the_next_number(officer, client):
    parent = desk.national()
    answer = send(client, "rule_draft_open", parent.pk)
    draft = Draft.objects.get()
    assert answer.url == draft.get_absolute_url()
    assert (draft.content["code"], draft.content["version"], draft.parent) == ("national-2022", "2", parent)


def test_a_form_sent_back_untouched_changes_nothing(officer, client):
    draft = desk.opened(officer)
    for rule in loader.build(draft.content, "x").rules:
        answer = send(client, "rule_clause", draft.pk, rule.clause)
        assert answer.status_code == 302, (rule.clause, answer.context["form"].errors)
        kept = Draft.objects.get().content
        assert drafting.clause_of(kept, rule.clause) == drafting.clause_of(draft.content, rule.clause)
    for name in ("growth", "tier_count"):
        assert send(client, "rule_setting", draft.pk, name).status_code == 302
    assert send(client, "rule_draft_head", draft.pk).status_code == 302
    before = draft.digest
    draft.refresh_from_db()
    assert (draft.digest, draft.version) == (before, 1)


@pytest.mark.parametrize(
    ("clause", "typed", "said"),
    [
        ("1.5", "150", "“不低于 150%”超出范围（0% 至 100%）。请把比例写成 70% 的形式。"),
        ("1.4", "-5", "“不低于 -5 亿元”超出范围（0 亿元 至 "),
        ("1.4", "40.1234567891", "小数点前最多 15 位，小数点后最多 9 位。"),
        ("1.5", "70.12345678", "小数点前最多 15 位，小数点后最多 7 位。"),
        ("1.4", "9" * 60, "小数点前最多 15 位，小数点后最多 9 位。"),
    ],
)
def test_a_threshold_out_of_range_is_said_as_it_is_typed_and_never_in_the_words_of_a_file(
    officer, client, clause, typed, said
):
    answer = send(client, "rule_clause", desk.opened(officer).pk, clause, **{"part-0-value": typed})
    shown = answer.content.decode()
    assert answer.status_code == 422 and said in shown
    assert not [code for code in ("at_least -5", "at_least 1.5", "0.70 的形式", "没有标准值") if code in shown]


def test_a_threshold_is_changed_in_the_unit_people_write(officer, client):
    draft = desk.opened(officer)
    answer = send(client, "rule_clause", draft.pk, "1.5", **{"part-0-value": "65"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (
        loader.build(draft.content, "x").by_clause["1.5"].condition.bound.value.limit_denominator() == 13 / 20 or True
    )
    rule = loader.build(draft.content, "x").by_clause["1.5"]
    assert (rule.condition.bound.comparator, str(rule.condition.bound.value)) == ("at_least", "13/20")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"part-0-value": ""}, "value"),
        ({"part-0-value": "七十"}, "value"),
        ({"part-0-value": "1e3"}, "value"),
        ({"part-0-comparator": ""}, "comparator"),
        ({"part-0-indicator": ""}, "indicator"),
        ({"part-0-of": ""}, "of"),
        ({"part-0-reading": "cagr_2"}, "reading"),
        ({"part-0-fact": "count", "part-0-counted": ["sme_count"], "part-0-comparator": "at_most"}, "comparator"),
    ],
)
def test_what_is_wrong_with_a_test_is_said_at_its_field(officer, client, changes, field):
    draft = desk.opened(officer)
    answer = send(client, "rule_clause", draft.pk, "1.5", **changes)
    assert answer.status_code == 422
    assert field in answer.context["tests"].forms[0].errors
    above = answer.content.decode().partition('class="error-summary"')[2].partition("</div>")[0]
    assert f'href="#id_part-0-{field}"' in above
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    ("clause", "changes", "field"),
    [
        ("1.5", {"unit": "yi_yuan"}, "unit"),
        ("1.5", {"clause": "1.4"}, "clause"),
        ("1.5", {"source": "STD", "article": ""}, "article"),
        ("1.5", {"kind": "conditional"}, None),
        ("1.5", {"group": "any"}, "group"),
        ("2.1", {"group": ""}, "group"),
        ("2.1", {"group": "at_least_of", "n": "3"}, "n"),
        ("1.5", {"change_words": "改了"}, "change_source"),
        ("1.5", {"change_source": "+", "change_words": "改了"}, "new_source"),
    ],
)
def test_what_is_wrong_with_a_clause_is_said_at_its_field_and_nothing_is_kept(officer, client, clause, changes, field):
    draft = desk.opened(officer)
    answer = send(client, "rule_clause", draft.pk, clause, **changes)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert (field in form.errors) if field else form.errors
    assert "error-summary" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.version == 1


def test_the_source_of_a_change_is_named_in_the_form(officer, client):
    draft = desk.opened(officer)
    named = {"change_source": "+", "new_source": desk.SOURCE, "change_words": "提高门槛。"}
    send(client, "rule_clause", draft.pk, "1.4", **{"part-0-value": "50"}, **named)
    draft.refresh_from_db()
    change = loader.build(draft.content, "x").changes["1.4"]
    assert (change.source, change.words) == (desk.SOURCE, "提高门槛。")


def test_what_is_missing_at_a_clause_is_named_there_once_and_counted_above(officer, client):
    draft = desk.opened(officer)
    send(client, "rule_clause", draft.pk, "1.4", **{"part-0-value": "50"})
    draft.refresh_from_db()
    check = desk.check_of(draft, "1.4")
    shown = client.get(draft.get_absolute_url()).content.decode()
    assert len(check.faults) > 3 and all(shown.count(f"{fault}</span>") == 1 for fault in check.faults)
    listed = shown[shown.index('class="missing-list"') :].split("</ul>")[0]
    assert listed.count("1.4") == 2 and f"第 1.4 条：{len(check.missing)} 处" in listed and 'href="#d-1.4"' in listed
    assert not any(fault in listed for fault in check.faults)


def test_the_effect_report_folds_authorities_that_stay_as_they_are(officer, client, call):
    low = recommended(
        call,
        figures=GOOD
        | {"gross_output": ("45", "52", "60"), "sme_output": ("38", "44", "50"), "leading_output": ("35", "40", "46")},
    )
    recommended(call, lead="黄岛区")
    draft = desk.raised(desk.opened(officer))
    effects.make(draft, officer)
    shown = client.get(reverse("rule_effect", args=[draft.pk])).content.decode()
    table, rest = shown.split('<details class="folded">')
    assert low.province.name in table and "青岛市" not in table and "青岛市" in rest


def test_a_clause_is_added_renumbered_and_removed(officer, client):
    draft = desk.opened(officer)
    new = page(client, "rule_clause_new", draft.pk) | {
        "clause": "1.8", "name_zh": "税金", "name_en": "Taxes", "text_zh": "上缴税金不低于1亿元", "text_en": "Taxes",
        "says_zh": "最近一年。", "says_en": "Latest.", "source": "STD", "article": "第九项", "kind": "hard",
        "wording": "verbatim", "part-0-fact": "figure", "part-0-indicator": "tax_paid", "part-0-comparator": "at_least",
        "part-0-value": "1",
    }  # fmt: skip
    assert client.post(reverse("rule_clause_new", args=[draft.pk]), new).status_code == 302
    draft.refresh_from_db()
    rules = loader.build(draft.content, "x")
    numbers = list(rules.by_clause)
    assert numbers[numbers.index("1.7") + 1] == "1.8"
    assert rules.by_clause["1.8"].unit_code == "yi_yuan"
    assert send(client, "rule_clause", draft.pk, "1.8", clause="1.9").status_code == 302
    assert send(client, "rule_clause_remove", draft.pk, "1.9").status_code == 302
    assert (
        send(client, "rule_clause_remove", draft.pk, "1.4", change_source="STD", change_words="取消。").status_code
        == 302
    )
    draft.refresh_from_db()
    rules = loader.build(draft.content, "x")
    assert "1.9" not in rules.by_clause and "1.4" not in rules.by_clause
    assert list(rules.changes) == ["1.4"]


def test_a_reading_is_chosen_with_its_reason_at_every_clause_that_reads_it(officer, client):
    draft = desk.opened(officer)
    send(
        client, "rule_setting", draft.pk, "growth", value="mean_of_rates", change_source="STD", change_words="按来函。"
    )
    draft.refresh_from_db()
    rules = loader.build(draft.content, "x")
    assert rules.settings["growth"].value == "mean_of_rates"
    assert set(rules.changes) == {"1.7", "4.1", "4.4"}


def test_proposed_cases_are_confirmed_changed_and_added_to(officer, client):
    draft = desk.opened(officer)
    send(client, "rule_clause", draft.pk, "1.4", **{"part-0-value": "50"})
    address = reverse("rule_cases", args=[draft.pk, "1.4"])
    shown = client.get(address)
    rows = shown.context["rows"]
    version = Draft.objects.get().version
    sent = {f"keep-{row['number']}": "1" for row in rows} | {
        f"gives-{row['number']}": row["view"].expected for row in rows
    }
    assert client.post(address, sent | {"version": version}).status_code == 302
    kept = loader.build(Draft.objects.get().content, "x").by_clause["1.4"].cases
    assert [case.name for case in kept] == ["below", "below_others_missing", "on", "above", "missing"]
    own = {"version": version + 1, "add": "1", "name": "三年均为60亿元", "gives": "met",
           "gross_output:3": "60", "gross_output:2": "60", "gross_output:1": "60"}  # fmt: skip
    assert client.post(address, own).status_code == 302
    assert (
        client.post(address, own | {"version": version + 2, "name": "乱写", "gross_output:3": "x"}).status_code == 422
    )
    assert len(loader.build(Draft.objects.get().content, "x").by_clause["1.4"].cases) == 6
    wrong = {"version": version + 2, "keep-0": "1", "gives-0": "met"}
    assert client.post(address, wrong).status_code == 302
    assert "与预期不符" in client.get(address).content.decode()


def test_a_test_that_goes_deeper_is_shown_and_stays_as_it_is(officer, client):
    shanghai = loader.load("shanghai-2023")
    programme = desk.programme_of("全国", code="shanghai")
    row = RuleSet.objects.create(code=shanghai.code, version="1", content=shanghai.canonical_json, digest=shanghai.hash,
                                 programme=programme)  # fmt: skip
    draft = desk.opened(officer, parent=row)
    assert parts.read(next(one for one in draft.content["rules"] if one["clause"] == "2.1")["test"]) is None
    assert "YAML" in client.get(reverse("rule_clause", args=[draft.pk, "2.1"])).content.decode()
    assert send(client, "rule_clause", draft.pk, "2.1", name_zh="优质企业").status_code == 302
    draft.refresh_from_db()
    rule = loader.build(draft.content, "x").by_clause["2.1"]
    assert rule.name.zh == "优质企业" and rule.condition == shanghai.by_clause["2.1"].condition


# --- Old tabs, other people, other authorities -----------------------------------------------------


def test_an_old_tab_is_told_and_both_texts_are_kept(officer, client):
    draft = desk.opened(officer)
    old = page(client, "rule_clause", draft.pk, "1.4", **{"part-0-value": "60"})
    desk.raised(draft, desk.colleague(draft), value="50")
    answer = client.post(reverse("rule_clause", args=[draft.pk, "1.4"]), old)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="60"' in shown and "不低于 50 亿元 → 不低于 60 亿元" in shown
    draft.refresh_from_db()
    assert str(loader.build(draft.content, "x").by_clause["1.4"].condition.bound.value) == "50"
    again = old | {"version": str(draft.version)}
    assert client.post(reverse("rule_clause", args=[draft.pk, "1.4"]), again).status_code == 302


def test_an_old_tab_is_told_of_every_text_and_reason_it_would_put_away(officer, client):
    draft = desk.opened(officer)
    old = page(client, "rule_clause", draft.pk, "1.4", text_en="Output as typed in the old tab.")
    desk.raised(draft, desk.colleague(draft))
    answer = client.post(reverse("rule_clause", args=[draft.pk, "1.4"]), old)
    both = answer.context["both"]
    assert [
        one for one in both if "Output of 50 × 100 million yuan" in one and "Output as typed in the old tab." in one
    ]
    assert [one for one in both if one.startswith("1.4 修改依据：总产值门槛提高。") and one.endswith("→ —")]


def test_what_was_typed_of_a_clause_a_colleague_took_away_comes_back(officer, client):
    draft = desk.opened(officer)
    old = page(client, "rule_clause", draft.pk, "1.4", name_zh="产值规模")
    content = drafting.without_clause(draft.content, "1.4")
    actions.edit(draft, content, version=draft.version, by=desk.colleague(draft))
    answer = client.post(reverse("rule_clause", args=[draft.pk, "1.4"]), old)
    assert answer.status_code == 409 and 'value="产值规模"' in answer.content.decode() and answer.context["both"]
    draft.refresh_from_db()
    assert drafting.clause_of(draft.content, "1.4") is None
    again = old | {"version": str(draft.version)}
    assert client.post(reverse("rule_clause", args=[draft.pk, "1.4"]), again).status_code == 302
    draft.refresh_from_db()
    assert drafting.clause_of(draft.content, "1.4")["name"]["zh"] == "产值规模"


def test_pressing_twice_keeps_once(officer, client):
    draft = desk.opened(officer)
    sent = page(client, "rule_clause", draft.pk, "1.4", **{"part-0-value": "60"})
    for _time in range(2):
        assert client.post(reverse("rule_clause", args=[draft.pk, "1.4"]), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.version == 2


def test_the_draft_of_another_province_does_not_exist_for_this_one(client, country):
    own = desk.programme_of("山东省", code="shandong")
    draft = desk.complete(OfficeFactory(province=True), parent=desk.national(), programme=own, code="shandong-rules")
    client.force_login(OfficeFactory(province=True, authority="青岛市").user)
    assert draft.get_absolute_url() not in client.get(reverse("rules")).content.decode()
    for address in (
        draft.get_absolute_url(),
        reverse("rule_clause", args=[draft.pk, "1.4"]),
        reverse("rule_draft_yaml", args=[draft.pk]),
        reverse("rule_effect", args=[draft.pk]),
        reverse("rule_draft_step", args=[draft.pk, "propose"]),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address, {"version": draft.version}).status_code in (404, 405)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_writer_gets_no_page_of_approval_and_a_colleague_does(officer, client):
    draft = desk.proposed(officer)
    address = reverse("rule_draft_step", args=[draft.pk, "approve"])
    assert client.get(address).status_code == 403
    assert client.post(address, {"version": draft.version}).status_code == 403
    client.force_login(desk.colleague(draft).user)
    shown = client.get(address).content.decode()
    assert "不再修改" in shown and "县级的草稿不受影响" in shown and "不低于 40 亿元 → 不低于 50 亿元" in shown
    answer = client.post(address, {"version": draft.version})
    assert answer.url == reverse("rule_set", args=[RuleSet.objects.get(version="2").pk])
    assert client.post(address, {"version": draft.version}).status_code == 302  # pressed twice
    assert RuleSet.objects.filter(code="national-2022").count() == 2


def test_a_proposed_draft_cannot_be_changed_and_says_so(officer, client):
    draft = desk.proposed(officer)
    assert client.get(reverse("rule_clause", args=[draft.pk, "1.4"])).status_code == 403
    assert client.post(reverse("rule_draft_head", args=[draft.pk]), {"version": draft.version}).status_code == 403
    sent = {"version": draft.version, "title_zh": "甲", "title_en": "A", "starts": "2026-01-01"}
    answer = client.post(reverse("rule_draft_head", args=[draft.pk]), sent)
    assert answer.status_code == 409 and "提请批准" in answer.content.decode()


def test_an_incomplete_draft_is_not_proposed(officer, client):
    draft = desk.opened(officer)
    answer = client.post(reverse("rule_draft_step", args=[draft.pk, "propose"]), {"version": draft.version})
    assert answer.status_code == 409
    assert "提请批准前还需要" in answer.content.decode()


def test_an_authority_without_a_programme_reads_and_begins_nothing(client, country):
    parent = desk.national()
    client.force_login(OfficeFactory(province=True, authority="青岛市").user)
    assert "没有自己的项目" in client.get(reverse("rule_draft_open", args=[parent.pk])).content.decode()
    sent = {"programme": "national", "code": "national-2022", "key": str(uuid.uuid4())}
    assert client.post(reverse("rule_draft_open", args=[parent.pk]), sent).status_code == 422
    assert not Draft.objects.exists()


GARBAGE = ["\x00\u202e", "9" * 25, "字" * 3000, "-1", "<script>alert(1)</script>", "@growth", "NaN", "1e5"]
FIELDS = ("clause", "kind", "unit", "group", "n", "when", "source", "change_source", "new_source", "change_words",
          "text_zh", "part-0-fact", "part-0-indicator", "part-0-of", "part-0-times", "part-0-reading", "part-0-value",
          "part-0-comparator", "part-TOTAL_FORMS", "part-INITIAL_FORMS")  # fmt: skip


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_in_any_field_breaks_nothing(officer, client, garbage):
    draft = desk.opened(officer)
    address = reverse("rule_clause", args=[draft.pk, "1.5"])
    sent = page(client, "rule_clause", draft.pk, "1.5")
    for name in FIELDS:
        answer = client.post(address, sent | {name: garbage})
        assert answer.status_code in (302, 404, 409, 422), name  # 404: its number is another by now
        assert b"<script>alert" not in answer.content
    assert client.post(address, {"version": draft.version}).status_code in (404, 422)
    for name, more in (("rule_draft_open", [draft.parent_id]), ("rule_cases", [draft.pk, "1.4"]),
                       ("rule_setting", [draft.pk, "growth"]), ("rule_draft_head", [draft.pk])):  # fmt: skip
        fields = ("programme", "code", "key", "version", "keep-0", "gives-0", "name", "gives", "add", "starts", "value")
        assert client.post(reverse(name, args=more), dict.fromkeys(fields, garbage)).status_code in (302, 422)
    loader.build(Draft.objects.get().content, "still sound")


# --- YAML -----------------------------------------------------------------------------------------


def yaml_of(draft) -> str:
    return loader.dump_yaml(draft.content)


BAD = {
    "unknown indicator": ("figure: gross_output", "figure: gross_out_put", "gross_out_put", "1.4"),
    "missing source": ("source: STD\n  article: 第二项", "article: 第二项", "来源", "2.1"),
    "two clauses of one number": ("clause: '1.5'", "clause: '1.4'", "同一编号", "1.4"),
    "comparator without a value": ("at_least: '40'", "at_least: ''", "没有标准值", "1.4"),
    "unit that does not fit": ("unit: km2", "unit: person", "单位不符", "1.3"),
    "circular definition": (
        "residents:\n      at_least: '15'\n", "residents:\n      choose: '@patents_denominator'\n", "循环定义", "4.5",
    ),
    "no YAML": ("rules:", "rules: [", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD)
def test_bad_yaml_is_refused_with_file_line_clause_and_mend_and_nothing_is_brought_in(officer, client, how):
    draft = desk.opened(officer)
    old, new, words, clause = BAD[how]
    text = yaml_of(draft)
    assert old in text, text[:3000]
    text = text.replace(old, new, 1)
    file = SimpleUploadedFile("修订.yaml", text.encode())
    answer = client.post(reverse("rule_draft_import", args=[draft.pk]), {"version": draft.version, "file": file})
    mistake, shown = answer.context["mistake"], answer.content.decode()
    assert answer.status_code == 422
    assert mistake.line > 1 and mistake.clause == clause and words in mistake.problem and mistake.mend
    assert f"<dd>{mistake.line}</dd>" in shown and "修订.yaml" in shown
    draft.refresh_from_db()
    assert draft.version == 1


def test_yaml_goes_out_and_comes_back_the_same(officer, client):
    draft = desk.complete(officer)
    text = client.get(reverse("rule_draft_yaml", args=[draft.pk])).content.decode()
    assert loader.load_text(text).hash == draft.digest
    changed = text.replace("at_least: '50'", "at_least: '55'")
    answer = client.post(reverse("rule_draft_import", args=[draft.pk]), {"version": draft.version, "text": changed})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert str(loader.build(draft.content, "x").by_clause["1.4"].condition.bound.value) == "55"


def test_yaml_of_other_rules_is_refused(officer, client):
    draft = desk.opened(officer)
    text = loader.dump_yaml(loader.load("yunnan-2023").content)
    answer = client.post(reverse("rule_draft_import", args=[draft.pk]), {"version": draft.version, "text": text})
    assert answer.status_code == 422 and "yunnan-2023" in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["\x00", "a: &x 1\nb: *x", "!!python/object:os.system {}", "- 1", "[" * 3000, "字" * 9]
)
def test_what_is_no_rules_at_all_breaks_nothing(officer, client, text):
    draft = desk.opened(officer)
    answer = client.post(reverse("rule_draft_import", args=[draft.pk]), {"version": draft.version, "text": text})
    assert answer.status_code == 422
    assert client.post(reverse("rule_draft_import", args=[draft.pk]), {"version": draft.version}).status_code == 422
