"""Applications in each situation, reached by the real steps of the people concerned."""

import uuid
from datetime import timedelta

from django.utils import timezone

from applications import snapshots
from applications.actions import county, ministry, province
from applications.concerns import concerns_of
from applications.demo.backdating import rehash
from applications.enums import USES_A_PLACE, Answer, Reason, State
from applications.models import Application, NoticeEntry, PublicNotice, Remark, Statement
from applications.prescreening import rules_of
from applications.problems import problems_of
from applications.returns import asked_of, return_of
from audit.models import Event
from clusters.actions import Cell, tell_figures
from clusters.consistency import WARNING
from clusters.models import Ask, YearFigure
from tests.factories import ClusterFactory, OfficeFactory

# As an officer types it who publishes a notice.
WHERE_TO_OBJECT = {
    "office_name": "中小企业局集群处", "address": "北京市西城区某街 1 号", "telephone": "010-0000 0000",
    "email": "objections@jiqun.example", "how_to_object": "请以书面形式寄送或发送电子邮件。",
}  # fmt: skip
TRUE = "情况属实。"
# Typed as a county types them: rates in percent; three years, oldest first.
GOOD = {
    "gross_output": ("60", "70", "80"),
    "sme_output": ("50", "58", "66"),
    "leading_output": ("46", "54", "62"),
    "sme_rd_expense": ("1.2", "1.4", "1.6"),
    "valid_invention_patents": ("300", "360", "430"),
    "employee_count": ("20,000", "21,000", "22,000"),
    "industrial_software_rate": ("40", "45", "50"),
    "co2_intensity": ("0.9", "0.8", "0.7"),
    "iiot_rate": ("", "", "20"),
    "area_km2": ("", "", "60"),
    "champion_count": ("", "", "1"),
    "little_giant_count": ("", "", "3"),
    "policy_outreach_rate": ("", "", "100"),
    "is_high_energy_industry": ("", "", "0"),
    "is_high_water_industry": ("", "", "0"),
}


def county_of(application: Application):
    """Return an office of the county that leads the cluster."""
    return OfficeFactory(county=True, authority=application.cluster.lead)


def drafted(call, *, by=None, lead="历下区", cluster=None) -> Application:
    """A draft with nothing told but the registered area."""
    by = by or OfficeFactory(county=True, authority=lead)
    return county.open_application(cluster or ClusterFactory(lead=by.authority), call, by=by)


def fresh(application: Application, office=None) -> Application:
    """Return the row as it stands now, as pages read it."""
    return Application.objects.seen(office).for_step().get(pk=application.pk)


def filled(call, *, by=None, lead="历下区", cluster=None, figures=GOOD) -> Application:
    """A draft that could be submitted: figures, statements, reasons.

    Typing is no step: all statements but one and the reasons are written as `answer_clause` and `give_reason` do.
    """
    by = by or OfficeFactory(county=True, authority=lead)
    application = drafted(call, by=by, cluster=cluster)
    tell(application, figures, by=by)
    clauses = [rule.clause for rule in rules_of(call).rules if rule.asks_for_statement]
    written = {"application": application, "changed_by": by}
    county.answer_clause(application, clauses[0], answer=Answer.YES, words=TRUE, version=0, by=by)
    Statement.objects.bulk_create(
        (Statement(clause=clause, answer=Answer.YES, words=TRUE, **written) for clause in clauses[1:]),
        ignore_conflicts=True,  # a draft may begin with the words of the bid before it
    )
    rows = list(YearFigure.objects.asked_of(application.cluster, call))
    asked = [one.code for one in problems_of(fresh(application), rows) if one.severity == WARNING]
    reasons = (Remark(warning=code, words="已核实。", **written) for code in asked)
    Remark.objects.bulk_create(reasons, ignore_conflicts=True)
    return fresh(application)


def tell(application: Application, figures, *, by) -> None:
    """Type figures into the grid: {indicator: (T-3, T-2, T-1)}."""
    versions = {
        (row.indicator, row.year): row.version
        for row in YearFigure.objects.asked_of(application.cluster, application.call)
    }
    cells = [
        Cell(indicator, year, typed, versions.get((indicator, year), 0))
        for indicator, typed_by_year in figures.items()
        for year, typed in zip(application.call.years, typed_by_year, strict=True)
        if typed
    ]
    tell_figures(Ask.objects.get(opened_for=application.ask_key), cells, by=by)


def submitted(call, *, by=None, lead="历下区", cluster=None, figures=GOOD) -> Application:
    """Handed to the province."""
    by = by or OfficeFactory(county=True, authority=lead)
    application = filled(call, by=by, cluster=cluster, figures=figures)
    county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=by)
    return fresh(application)


def province_of(application: Application):
    """Return an office of the authority whose places the application uses."""
    return OfficeFactory(province=True, authority=application.province)


def replied(application: Application, by=None) -> Application:
    """The same, with a reply to every reason of the return."""
    for one in asked_of(return_of(application)):
        county.give_reply(application, one.reason, "已按统计年报核对。", by=by or county_of(application))
    return application


def returned(call, *, is_replied: bool = True, **more) -> Application:
    """Sent back for correction, due in ten days; unless said otherwise every reason has its reply."""
    application = sent_back(submitted(call, **more))
    return replied(application) if is_replied else application


def sent_back(application: Application) -> Application:
    """The same, sent back by its province."""
    province.send_back(
        application, key=uuid.uuid4(), version=application.version, reasons=[Reason.FIGURE_UNCLEAR],
        words="请核对 2024 年产值。", due_at=timezone.localtime() + timedelta(days=10), by=province_of(application),
    )  # fmt: skip
    return fresh(application)


def recommended(call, **more) -> Application:
    """Recommended by its province."""
    application = submitted(call, **more)
    by = province_of(application)
    words = "已核实，仍予推荐。" if concerns_of(application, by).want_a_reason else ""
    province.recommend(application, key=uuid.uuid4(), version=application.version, words=words, by=by)
    return fresh(application)


def shortlisted(call, **more) -> Application:
    """Chosen by the ministry; nobody else knows."""
    application = recommended(call, **more)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    words = "已核实，仍予列入。" if concerns_of(application, officer).want_a_reason else ""
    ministry.shortlist(fresh(application), key=uuid.uuid4(), version=None, words=words, by=officer)
    return fresh(application)


def declined(call, **more) -> Application:
    """Decided against by the ministry; nobody else knows."""
    application = recommended(call, **more)
    officer = OfficeFactory(ministry=True)
    ministry.open_stage(call, early=True, by=officer)
    ministry.decline(
        fresh(application), key=uuid.uuid4(), version=None, reasons=[Reason.OTHER], words="择优。", by=officer
    )
    return fresh(application)


def in_notice(call, *, starts_in_days: int = 0, **more) -> Application:
    """Named in a public notice that starts today, or in so many days."""
    application = shortlisted(call, **more)
    ministry.publish_notice(
        call, [application], starts_on=timezone.localdate() + timedelta(days=starts_in_days), working_days=5,
        document_number="公示〔2025〕1号", contact=WHERE_TO_OBJECT, key=uuid.uuid4(), by=OfficeFactory(ministry=True),
    )  # fmt: skip
    return fresh(application)


def end_notice(application: Application) -> NoticeEntry:
    """Move the notice of an application into the past, as time would."""
    entry = NoticeEntry.objects.select_related("notice").get(application=application)
    past = timezone.now() - timedelta(days=10)
    move_notice(entry.notice, past)
    Application.objects.filter(pk=application.pk).update(released_at=past)
    return NoticeEntry.objects.select_related("notice").get(pk=entry.pk)


def move_notice(notice: PublicNotice, starts_at) -> None:
    """Let a notice run seven days from that moment, in its row and in the events that published it."""
    notice.starts_on, notice.ends_on = starts_at.date(), starts_at.date() + timedelta(days=6)
    notice.starts_at, notice.ends_at = starts_at, starts_at + timedelta(days=7)
    notice.save(update_fields=["starts_on", "ends_on", "starts_at", "ends_at"])
    named = [f"applications.{pk}" for pk in notice.entries.values_list("application", flat=True)]
    Event.objects.filter(action="applications.publish", chain__in=named).update(
        details={"notice_days": notice.days_told()}
    )
    rehash(list(Event.objects.filter(chain__in=named).order_by("chain", "number")))


def recognised(call, **more) -> Application:
    """The whole way."""
    return recognise(in_notice(call, **more))


def recognise(application) -> Application:
    """Recognise what stands in a public notice, after its days without an objection."""
    officer = OfficeFactory(ministry=True)
    ministry.record_objections(end_notice(application), outcome="none", words="", by=officer)
    ministry.recognise(
        fresh(application), key=uuid.uuid4(), version=None, document_number="工信部企业函〔2025〕1号",
        valid_from=timezone.localdate(), by=officer,
    )  # fmt: skip
    return fresh(application)


def not_recommended(call, **more) -> Application:
    """Not recommended by its province."""
    application = submitted(call, **more)
    province.do_not_recommend(
        application, key=uuid.uuid4(), version=application.version, reasons=[Reason.BEYOND_QUOTA], words="",
        by=province_of(application),
    )  # fmt: skip
    return fresh(application)


def withdrawn(call, **more) -> Application:
    """Withdrawn by its county after submission."""
    application = submitted(call, **more)
    county.withdraw(application, version=application.version, words="", by=county_of(application))
    return fresh(application)


def disqualified(call, **more) -> Application:
    """Ended by its province because of findings."""
    application = submitted(call, **more)
    province.disqualify(
        application, key=uuid.uuid4(), version=application.version, reasons=[Reason.FALSE_STATEMENT],
        words="核查发现虚报。", by=province_of(application),
    )  # fmt: skip
    return fresh(application)


IN_STATE = {
    State.DRAFT: drafted,
    State.SUBMITTED: submitted,
    State.RETURNED: returned,
    State.WITHDRAWN: withdrawn,
    State.NOT_RECOMMENDED: not_recommended,
    State.RECOMMENDED: recommended,
    State.SHORTLISTED: shortlisted,
    State.DECLINED: declined,
    State.IN_PUBLIC_NOTICE: in_notice,
    State.RECOGNISED: recognised,
    State.DISQUALIFIED: disqualified,
}


def using_a_place_of(quota):
    """The applications that use a place of a quota, counted anew."""
    return Application.objects.filter(
        call=quota.call_id, kind=quota.kind, province=quota.authority_id, state__in=sorted(USES_A_PLACE)
    )


def changed_figures(before, after) -> list[tuple]:
    """Every figure that differs between two snapshots: indicator, year, from, to."""
    old, new = snapshots.figures_in(before), snapshots.figures_in(after)
    cells = sorted(cell for cell in old.keys() | new.keys() if old.get(cell) != new.get(cell))
    return [(*cell, old.get(cell), new.get(cell)) for cell in cells]
