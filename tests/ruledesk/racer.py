"""The acts of the rule desk in a race: approve a draft, propose a version for a call, bring it into force."""

import uuid

from tests import racing

racing.set_up()

from accounts.models import Office  # noqa: E402
from programmes import rule_changes  # noqa: E402
from programmes.models import Call, RuleChangeProposal, RuleSet  # noqa: E402
from ruledesk import actions  # noqa: E402
from ruledesk.models import Draft  # noqa: E402


def act_of(order: dict):
    """Read what the act is about, and return the act."""
    office = Office.objects.select_related("user", "authority").get(pk=order["office"])
    if order["act"] == "approve":
        draft = Draft.objects.for_step().get(pk=order["draft"])
        return lambda: actions.approve(draft, version=order["version"], by=office)
    if order["act"] == "force":
        proposal = RuleChangeProposal.objects.select_related("call", "office").get(pk=order["proposal"])
        return lambda: rule_changes.bring_into_force(proposal, by=office)
    call, rules = Call.objects.get(pk=order["call"]), RuleSet.objects.get(pk=order["rules"])
    said = {"before": order["before"], "key": uuid.UUID(order["key"]), "words": "提高门槛。"}
    return lambda: rule_changes.propose(call, "recognition", rules, by=office, **said)


racing.run(act_of)
