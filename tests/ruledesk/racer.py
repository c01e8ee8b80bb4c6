"""One runner of a race at the rule desk: gets ready, waits for the word, acts, and says how it ended."""

import json
import os
import sys
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    """Do one act, approve, propose or force, when a line arrives on standard input."""
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["RACE_DATABASE"]
    django.setup()
    from accounts.models import Office
    from programmes import rule_changes
    from programmes.models import Call, RuleChangeProposal, RuleSet
    from ruledesk import actions
    from ruledesk.models import Draft
    from workflow.refusals import StepRefused

    order = json.loads(sys.argv[1])
    office = Office.objects.select_related("user", "authority").get(pk=order["office"])
    if order["act"] == "approve":
        draft = Draft.objects.for_step().get(pk=order["draft"])
        act = lambda: actions.approve(draft, version=order["version"], by=office)  # noqa: E731
    elif order["act"] == "force":
        proposal = RuleChangeProposal.objects.select_related("call", "office").get(pk=order["proposal"])
        act = lambda: rule_changes.bring_into_force(proposal, by=office)  # noqa: E731
    else:
        call, rules = Call.objects.get(pk=order["call"]), RuleSet.objects.get(pk=order["rules"])
        said = {"before": order["before"], "key": uuid.UUID(order["key"]), "words": "提高门槛。"}
        act = lambda: rule_changes.propose(call, "recognition", rules, by=office, **said)  # noqa: E731
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        act()
    except StepRefused as refusal:
        print(refusal.code)
    else:
        print("done")


main()
