"""Every address of the site with what it needs: which row it names, and in which states it is tried."""

import uuid
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from applications.views.deciding import ACTS
from applications.views.together import ACTS as TOGETHER
from ruledesk.views.deciding import DONE

# A case is tried where most and where least is allowed to its county, its province and the ministry.
STATES = ("draft", "submitted", "shortlisted", "recognised")
MOST_AND_LEAST = {
    "send_back": ("submitted", "draft"),
    "extend": ("returned", "submitted"),
    "call_back": ("returned", "submitted"),
    "recommend": ("submitted", "recognised"),
    "do_not_recommend": ("submitted", "shortlisted"),
    "take_back": ("shortlisted", "submitted"),
    "disqualify": ("submitted", "in_public_notice", "recognised"),
    "shortlist": ("shortlisted", "draft"),
    "put_back": ("shortlisted", "in_public_notice"),
    "decline": ("shortlisted", "in_public_notice", "submitted"),
    "recognise": ("in_public_notice", "shortlisted"),
}


@dataclass(frozen=True)
class Address:
    """One address of the resolver, filled in."""

    name: str
    state: str
    path: str
    foreign: str = ""

    def __str__(self):
        return f"{self.name} [{self.state}]" if self.state else self.name


def patterns(resolver=None) -> list[URLPattern]:
    """Return every pattern of the resolver."""
    found = []
    for one in (resolver or get_resolver()).url_patterns:
        found += patterns(one) if isinstance(one, URLResolver) else [one]
    return found


def addresses(world) -> list[Address]:
    """Return every address, filled in with the rows of the world; one that nobody thought of fails."""
    found = []
    for pattern in patterns():
        arguments = set(pattern.pattern.converters) or set(pattern.pattern.regex.groupindex)
        found += list(_fill(pattern.name, arguments, world))
    return found


# Addresses that name a row: how it is filled in for each state (empty: the state does not matter).
CASE = ("application", "decide", "application_save", "application_check", "application_submit",
        "application_submitted", "application_withdraw", "application_area", "application_replay",
        "application_checklist", "application_explanations", "application_judge", "application_agree")  # fmt: skip
CLUSTER = ("cluster", "cluster_change", "application_open")
NOTICE = ("ministry_entries", "ministry_no_objections", "ministry_recognise", "notice")
CALL = ("ministry_slate", "ministry_stage", "ministry_notice", "province_deadline", "waiver_grant", "waiver_places")
RULE_SET = ("rule_set", "rule_set_yaml", "rule_draft_open", "rule_force")
RULE_DRAFT = ("rule_draft", "rule_draft_yaml", "rule_draft_import", "rule_draft_head", "rule_clause_new", "rule_clause",
              "rule_clause_remove", "rule_cases", "rule_setting", "rule_effect", "rule_draft_step")  # fmt: skip
OF_DRAFT = {"clause": ["1.4"], "name": ["growth"], "step": list(DONE)}
SCENARIO = ("scenario", "scenario_archive", "scenario_restore")
RUN = ("simulation_run", "simulation_cancel", "simulation_run_download")
NOT_THERE = 999_999_999


def _fill(name: str, arguments: set, world):
    if not arguments:
        yield Address(name, "", reverse(name))
    elif name == "decide":
        for step in ACTS:
            for state in MOST_AND_LEAST[step]:
                path = reverse(name, args=[world.cases[state].pk, step])
                yield Address(f"{name}:{step}", state, path, reverse(name, args=[NOT_THERE, step]))
    elif name == "application_packet":
        for form in ("pdf", "json"):
            for state in STATES:
                path = reverse(name, args=[world.cases[state].pk, form])
                yield Address(f"{name}:{form}", state, path, reverse(name, args=[NOT_THERE, form]))
    elif name in CASE:
        for state in STATES:
            path = reverse(name, args=[world.cases[state].pk])
            yield Address(name, state, path, reverse(name, args=[NOT_THERE]))
    elif name in CLUSTER:
        for state in ("draft", "recognised"):
            path = reverse(name, args=[world.cases[state].cluster_id])
            yield Address(name, state, path, reverse(name, args=[NOT_THERE]))
    elif name in NOTICE:
        yield Address(name, "", reverse(name, args=[world.entry.notice_id]), reverse(name, args=[NOT_THERE]))
    elif name in CALL:
        yield Address(name, "open", reverse(name, args=[world.call.code]), reverse(name, args=["none"]))
        yield Address(name, "staged", reverse(name, args=[world.staged.code]), reverse(name, args=["none"]))
    elif name == "waiver":
        yield Address(name, "", reverse(name, args=[world.waiver.pk]), reverse(name, args=[NOT_THERE]))
    elif name in RULE_SET:
        row = world.rule_draft.parent_id
        yield Address(name, "", reverse(name, args=[row]), reverse(name, args=[NOT_THERE]))
    elif name == "rule_force_in_call":
        row, call = world.rule_draft.parent_id, world.call.code
        foreign = reverse(name, args=[NOT_THERE, call, "recognition"])
        yield Address(name, "", reverse(name, args=[row, call, "recognition"]), foreign)
    elif name in RULE_DRAFT:
        more = next((OF_DRAFT[one] for one in OF_DRAFT if one in arguments), [None])
        for one in more:
            path, foreign = ([pk] if one is None else [pk, one] for pk in (world.rule_draft.pk, NOT_THERE))
            shown = f"{name}:{one}" if name == "rule_draft_step" else name
            yield Address(shown, "rules", reverse(name, args=path), reverse(name, args=foreign))
    elif name == "rule_draft_from_scenario":
        yield Address(name, "", reverse(name, args=[uuid.UUID(int=0)]))
    elif name in SCENARIO:
        nothing = reverse(name, args=[uuid.UUID(int=0)])
        yield Address(name, "", reverse(name, args=[world.scenario.public_id]), nothing)
    elif name in RUN:
        more = ["csv"] if "form" in arguments else []
        nothing = reverse(name, args=[uuid.UUID(int=0), *more])
        yield Address(name, "", reverse(name, args=[world.run.public_id, *more]), nothing)
    elif name == "simulation_download":
        for form in ("csv", "xlsx"):
            yield Address(f"{name}:{form}", "", reverse(name, args=[form]))
    elif name == "ministry_objections":
        yield Address(name, "", reverse(name, args=[world.entry.pk]), reverse(name, args=[NOT_THERE]))
    elif name == "ministry_together":
        for step in TOGETHER:
            yield Address(f"{name}:{step}", "", reverse(name, args=[step]))
    elif name == "listed_cluster":
        yield Address(name, "", reverse(name, args=[world.recognition.pk]), reverse(name, args=[NOT_THERE]))
    elif name == "account_reset_password_from_key":
        yield Address(name, "", reverse(name, kwargs={"uidb36": "1", "key": "no-key"}))
    else:
        raise LookupError(f"{name}: say in tests/security/addresses.py which row this address names")
