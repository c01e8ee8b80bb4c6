"""The life of an application, on one page."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from applications import judging, times
from applications.enums import AtLevel, State
from clusters.models import Ask, Cluster
from programmes.models import Call, Quota
from workflow.steps import Step, Workflow

DRAFT, SUBMITTED, RETURNED, WITHDRAWN = State.DRAFT, State.SUBMITTED, State.RETURNED, State.WITHDRAWN
NOT_RECOMMENDED, RECOMMENDED = State.NOT_RECOMMENDED, State.RECOMMENDED
SHORTLISTED, DECLINED, IN_PUBLIC_NOTICE = State.SHORTLISTED, State.DECLINED, State.IN_PUBLIC_NOTICE
RECOGNISED, DISQUALIFIED = State.RECOGNISED, State.DISQUALIFIED
COUNTY, PROVINCE, MINISTRY = AtLevel.COUNTY, AtLevel.PROVINCE, AtLevel.MINISTRY


def its_cluster(application):
    """The cluster, whose register must not be changed meanwhile: what is signed and decided is what was shown."""
    return [Cluster.objects.filter(pk=application.cluster_id)]


def its_ask(application):
    """The ask whose figures are frozen: saves share it, so none slips in between."""
    return [Ask.objects.filter(opened_for=application.ask_key)]


def its_cluster_and_ask(application):
    """The cluster, then the figures."""
    return [*its_cluster(application), *its_ask(application)]


def its_call_and_cluster(application):
    """The call, then the cluster."""
    return [*its_call(application), *its_cluster(application)]


def its_call(application):
    """The call, whose stage must not be opened meanwhile."""
    return [Call.objects.filter(pk=application.call_id)]


def its_quota(application):
    """The call, the places of the recommending authority, the cluster."""
    quota = Quota.objects.filter(call=application.call_id, kind=application.kind, authority=application.province_id)
    return [*its_call(application), quota, *its_cluster(application)]


def its_quota_and_ask(application):
    """The places, then the figures: what a submission locks first must not be locked after the application."""
    return [*its_quota(application), *its_ask(application)]


def step(name, label, sources, target, level=None, **more) -> Step:
    """One line of the life cycle; what seals judgements waits until none is half written."""
    unfinished = partial(judging.unfinished, decision=name)
    return Step(name, label, frozenset(sources), target, level, unfinished=unfinished, **more)


BEFORE_RECOGNITION = set(State) - {DRAFT, WITHDRAWN, RECOGNISED, DISQUALIFIED}

# fmt: off
LIFECYCLE = Workflow(
    "applications",
    step("submit", _("Submit to the province"), {DRAFT, RETURNED}, SUBMITTED, PROVINCE, locks=its_cluster_and_ask,
         until=times.handing_in),
    step("withdraw", _("Withdraw"), {DRAFT, SUBMITTED, RETURNED}, WITHDRAWN, COUNTY, locks=its_ask),
    step("send_back", _("Return for correction"), {SUBMITTED}, RETURNED, COUNTY, needs_reason=True,
         locks=its_cluster_and_ask, until=times.recommending),
    step("extend", _("Extend the due date"), {RETURNED}, None, until=times.recommending,
         unless=times.as_late_as_it_can_be),
    step("call_back", _("Call the return back"), {RETURNED}, SUBMITTED, PROVINCE, needs_reason=True,
         locks=its_cluster_and_ask, until=times.recommending),
    step("recommend", _("Recommend"), {SUBMITTED}, RECOMMENDED, MINISTRY, locks=its_quota,
         until=times.recommending, unless=times.without_a_place),
    step("do_not_recommend", _("Do not recommend"), {SUBMITTED, RETURNED}, NOT_RECOMMENDED, PROVINCE,
         needs_reason=True, locks=its_cluster_and_ask, unless=times.while_the_county_may_correct),
    step("take_back", _("Take the decision back"), {RECOMMENDED, NOT_RECOMMENDED}, SUBMITTED, PROVINCE,
         needs_reason=True, locks=its_quota, until=times.taking_back, unless=times.while_another_is_live),
    step("rescreen", _("Screen again"), {SUBMITTED, RECOMMENDED}, None, locks=its_call),
    step("disqualify", _("Disqualify"), BEFORE_RECOGNITION, DISQUALIFIED, needs_reason=True, locks=its_quota_and_ask),
    step("shortlist", _("Shortlist"), {RECOMMENDED, DECLINED}, SHORTLISTED, MINISTRY, secret=True,
         locks=its_call_and_cluster, until=times.choosing, early=times.before_the_stage),
    step("put_back", _("Put back among the candidates"), {SHORTLISTED}, RECOMMENDED, MINISTRY,
         needs_reason=True, secret=True, locks=its_call_and_cluster, early=times.before_the_stage),
    step("decline", _("Decline"), {RECOMMENDED, SHORTLISTED, IN_PUBLIC_NOTICE}, DECLINED, MINISTRY,
         needs_reason=True, secret=True, locks=its_call_and_cluster, early=times.before_the_stage,
         unless=times.in_notice_without_upheld_objection),
    step("publish", _("Publish for objection"), {SHORTLISTED}, IN_PUBLIC_NOTICE, MINISTRY, secret=True,
         locks=its_call_and_cluster, early=times.before_the_stage),
    step("recognise", _("Recognise"), {IN_PUBLIC_NOTICE}, RECOGNISED, MINISTRY, locks=its_call_and_cluster,
         early=times.before_the_stage, unless=times.before_its_notice_is_settled),
    beside=lambda application: application.cluster.version,
)
# fmt: on
