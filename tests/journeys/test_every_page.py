"""axe-core on every page of the site once, with the demo in it; an address that nobody looked at fails."""

import uuid

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import get_resolver, reverse
from playwright.sync_api import expect

from accounts.demo import PASSWORD
from accounts.models import Office, User
from applications.actions import waivers
from applications.models import Application, NoticeEntry, PublicNotice
from clusters.models import Cluster
from programmes.models import Call, RuleSet
from recognitions.models import Recognition
from territories.models import Territory
from tests.journeys import databases
from tests.journeys.accessibility import AXE
from tests.journeys.browsing import WIDE
from tests.ruledesk import desk
from tests.simulation import asked

# Addresses that show no page of their own: acts, downloads, suggestions, answers to a script.
NO_PAGE = {
    "rule_set_yaml", "rule_draft_yaml", "rule_draft_from_scenario",
    "application_open", "application_save", "application_submit", "industries", "counties", "national_list_csv",
    "sample_list_csv", "health", "favicon", "set_language", "act_in_office", "mfa_download_recovery_codes",
    "application_judge", "application_packet", "application_replay", "application_area", "waiver_places", "session",
    "simulation_download", "simulation_begin", "simulation_cancel", "simulation_run_download",
    "scenario_save", "scenario_archive", "scenario_restore",
}  # fmt: skip
# Shown once in the way of a one-time link, which test_accounts.py walks with the same eye.
WALKED_ELSEWHERE = {
    "account_reset_password_from_key", "account_reset_password_from_key_done", "account_set_password",
}  # fmt: skip
BEHIND_TWO_FACTORS = (
    "mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp",
    "account_reauthenticate", "mfa_reauthenticate",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo(serve, unblocked):
    """The demo as `make run` makes it."""
    template = databases.make("load_reference", "load_demo")
    site = serve(template)
    yield site
    serve.end(site)
    databases.drop(template)


class Rows:
    """One row of each kind and state, found in the demo."""

    def __init__(self):
        self.open_call = Call.objects.get(code="demo").code
        self.last_call = Call.objects.exclude(code="demo").get(programme__code="demo").code
        self.ended = PublicNotice.objects.order_by("ends_at").first()
        self.entry = NoticeEntry.objects.filter(notice=self.ended, application__state="in_public_notice").first()
        ministry = Office.objects.get(user__email="ministry@jiqun.example")
        self.scenarios = [asked.kept(ministry, name) for name in ("产值提高", "产值再提高")]
        self.run = asked.begun(ministry)
        second = Office.objects.get(user__email="ministry.second@jiqun.example")
        self.rule_draft, self.rules_proposed = desk.complete(ministry), desk.proposed(second)
        self.rules_approved = desk.approved(second)
        self.cluster = Cluster.objects.filter(lead__code="370102", applications=None).first()
        [self.waiver] = waivers.grant(
            Call.objects.get(code="demo"), clause="1.4", places=[Territory.objects.get(code="640000")],
            reason="西部地区可适当放宽", document_number="示例函〔2026〕2号", public_line="宁夏回族自治区豁免第1.4条。",
            key=uuid.uuid4(), by=ministry,
        )  # fmt: skip

    def rule_pages(self) -> list[tuple]:
        """Return the pages of the rule desk, as the ministry sees them."""
        draft, waiting, stored = self.rule_draft.pk, self.rules_proposed.pk, self.rules_approved.pk
        scored = RuleSet.objects.get(code="jiangxi-evaluation").pk
        return [
            ("rules", [], ""), ("rule_set", [self.rule_draft.parent_id], ""), ("rule_set", [scored], ""),
            ("rule_draft_open", [scored], ""), ("rule_force", [stored], ""),
            ("rule_force_in_call", [stored, self.open_call, "recognition"], ""),
            ("rule_draft", [draft], ""), ("rule_draft", [waiting], ""), ("rule_draft_head", [draft], ""),
            ("rule_draft_import", [draft], ""), ("rule_clause_new", [draft], ""), ("rule_clause", [draft, "2.1"], ""),
            ("rule_clause", [draft, "0"], ""), ("rule_clause_remove", [draft, "1.4"], ""),
            ("rule_cases", [draft, "1.4"], ""), ("rule_cases", [draft, "2.1"], "?propose"),
            ("rule_setting", [draft, "growth"], ""), ("rule_effect", [draft], ""),
            *(("rule_draft_step", [draft, step], "") for step in ("propose", "abandon")),
            *(("rule_draft_step", [waiting, step], "") for step in ("approve", "take_back")),
        ]  # fmt: skip

    @staticmethod
    def case(state: str, path: str = "", **more) -> int:
        return Application.objects.filter(state=state, path__contains=path, **more).order_by("pk").first().pk


def addresses(rows: Rows) -> dict[str, list[tuple]]:
    """Return what each person looks at: (name of the address, its arguments, the query)."""
    draft, back = rows.case("draft", "/370102/"), rows.case("returned", "/370102/")
    new, forward = rows.case("submitted", "/370000/"), rows.case("recommended", "/370000/", call__code="demo")
    chosen = rows.case("shortlisted")
    return {
        "": [
            ("national_list", [], "?q=%E6%99%BA%E8%83%BD"), ("national_list", [], "?q=nothingfound"),
            ("listed_cluster", [Recognition.objects.real().first().pk], ""),
            ("listed_cluster", [Recognition.objects.samples().first().pk], ""),
            ("notices", [], ""), ("notice", [rows.ended.pk], ""), ("account_login", [], ""),
            ("public_waivers", [], ""),
            ("account_reset_password", [], ""), ("account_reset_password_done", [], ""), ("account_signup", [], ""),
            ("account_inactive", [], ""), ("application", [draft], ""),
        ],
        "county": [
            ("home", [], ""), ("home", [], "?show=closing"), ("cluster_new", [], ""),
            ("cluster", [rows.cluster.pk], ""), ("cluster_change", [rows.cluster.pk], ""),
            ("application", [draft], ""), ("application", [back], ""), ("application_check", [draft], ""),
            ("application_withdraw", [draft], ""), ("application", [rows.case("recognised", "/370102/")], ""),
            ("application_submitted", [rows.case("recognised", "/370102/")], ""),
            ("application_checklist", [draft], ""), ("application_checklist", [back], ""),
            ("application", [new], ""), ("desk", [], ""),
            ("account_change_password", [], ""), ("mfa_index", [], ""), ("mfa_activate_totp", [], ""),
            ("account_logout", [], ""),
        ],
        "province.shandong": [
            ("desk", [], "?tab=all"), ("desk", [], "?q=nothingfound"),
            ("province_deadline", [rows.open_call], ""), ("application", [new], ""), ("application", [forward], ""),
            ("application_explanations", [new], ""), ("application_explanations", [new], "?in=en"),
            ("application_agree", [new], ""),
            *(("decide", [new, step], "") for step in ("send_back", "recommend", "do_not_recommend", "disqualify")),
            ("decide", [forward, "take_back"], ""),
        ],
        "ministry": [
            ("ministry", [], ""), ("ministry", [], f"?call={rows.last_call}&tab=all"),
            ("ministry_slate", [rows.last_call], ""), ("ministry_stage", [rows.open_call], ""),
            ("ministry_notice", [rows.last_call], ""), ("ministry_entries", [rows.ended.pk], ""),
            ("ministry_objections", [rows.entry.pk], ""), ("ministry_recognise", [rows.ended.pk], ""),
            ("ministry_no_objections", [rows.ended.pk], ""),
            ("ministry_together", ["decline"], f"?call={rows.last_call}&application={chosen}"),
            ("application", [chosen], ""), ("decide", [chosen, "decline"], ""), ("replays", [], ""),
            ("waivers", [], ""), ("waivers", [], f"?call={rows.last_call}"), ("waiver", [rows.waiver.pk], ""),
            ("waiver_grant", [rows.open_call], ""), *rows.rule_pages(),
            ("simulation", [], ""), ("simulation", [], "?programme=demo&set.1.4=60&waive=1.5:370000&places=*:1"),
            ("simulation", [], "?set.1.4=-1"), ("simulation_run", [rows.run.public_id], ""),
            ("scenarios", [], ""), ("scenarios", [], "?archived"),
            ("scenario", [rows.scenarios[0].public_id], f"?with={rows.scenarios[1].public_id}"),
            ("scenario", [rows.scenarios[0].public_id], ""),
        ],
    }  # fmt: skip


def sign_in(page, address: str, who: str) -> None:
    """Sign somebody of the demo in."""
    page.goto(address + reverse("account_login"))
    page.locator("[name=login]").fill(f"{who}@jiqun.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url(lambda url: "/login/" not in url)


def findings(page) -> list[str]:
    """Return what axe-core finds on the page, and a heading too many or too few."""
    found = [f"{page.url}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in AXE.run(page).response["violations"]]
    if page.get_by_role("heading", level=1).count() != 1:
        found.append(f"{page.url}: not one heading of the first level")
    return found


def test_no_page_violates_a_rule_of_accessibility_and_none_is_left_out(demo, browser):
    with demo.data():
        looked_at = addresses(Rows())
    wrong = []
    for who, visits in looked_at.items():
        context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
        page = context.new_page()
        if who:
            sign_in(page, demo.address, who)
        for name, arguments, query in visits:
            page.goto(demo.address + reverse(name, args=arguments) + query)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            wrong += findings(page)
        context.close()
    assert wrong == []
    seen = {name for visits in looked_at.values() for name, _arguments, _query in visits}
    known = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    behind = {*BEHIND_TWO_FACTORS, "mfa_authenticate"}
    assert known - seen - behind - NO_PAGE - WALKED_ELSEWHERE == set()


def test_no_page_of_the_second_factor_violates_a_rule_of_accessibility(demo, browser):
    with demo.data():
        person = User.objects.get(email="county.alar@jiqun.example")
        TOTP.activate(person, generate_totp_secret())
        code = RecoveryCodes.activate(person).get_unused_codes()[0]
    page = browser.new_context(viewport=WIDE, reduced_motion="reduce").new_page()
    sign_in(page, demo.address, "county.alar")
    assert page.url.endswith(reverse("mfa_authenticate"))
    wrong = findings(page)
    page.locator("[name=code]").fill(code)
    page.locator("main form").get_by_role("button").first.click()
    page.wait_for_url(lambda url: "authenticate" not in url)
    for name in BEHIND_TWO_FACTORS:
        page.goto(demo.address + reverse(name))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wrong += findings(page)
    page.context.close()
    assert wrong == []
