"""Lead one sample along the real steps to where it shall stand."""

import uuid
from decimal import Decimal

from accounts.enums import Role
from applications.actions import county, ministry, province
from applications.demo import words
from applications.demo.accounts import People
from applications.demo.figures import typed_figures
from applications.demo.samples import MARK, Sample
from applications.enums import Answer, Reason, State
from applications.models import Application
from applications.prescreening import rules_of
from applications.problems import problems_of
from applications.returns import asked_of, return_of
from clusters.actions import Cell, open_ask, register_cluster, tell_figures
from clusters.consistency import WARNING
from clusters.models import Ask, Cluster, YearFigure
from programmes.models import Call
from territories.models import Territory

DUE_DAYS = 14


class Case:
    """One sample with its cluster, its application and the people who act on it."""

    def __init__(self, sample: Sample, call: Call, people: People):
        self.sample, self.call, self.people = sample, call, people
        self.manager = people.office(Role.COUNTY, sample.county)
        self.cluster = self._register()
        self.application: Application | None = None

    def _register(self) -> Cluster:
        """Return the cluster; one that applied before is in the register already."""
        sample, lead = self.sample, Territory.objects.get(code=self.sample.county)
        origin = f"demo:{sample.county}:{sample.words}"
        known = Cluster.objects.select_related("lead").filter(origin=origin).first()
        if known is not None:
            return known
        cluster = Cluster(
            name=f"{lead.full_name}{sample.words}产业集群{MARK}",
            lead=lead,
            industry_id=sample.industry,
            industry_words=sample.words,
            niche=sample.niche,
            area_km2=Decimal(sample.area),
            operator=f"{lead.name}{sample.words}产业集群管理委员会",
            sample=True,
            origin=origin,
        )
        return register_cluster(cluster, further=[], by=self.manager)

    def fresh(self) -> Application:
        """Return the application as it stands now, as a page reads it."""
        return Application.objects.seen(self.manager).for_step().get(pk=self.application.pk)

    @property
    def reviewer(self):
        """Return the office of the recommending authority."""
        return self.people.office(Role.PROVINCE, self.application.province.code)

    @property
    def officer(self):
        """Return the ministry's office."""
        return self.people.office(Role.MINISTRY, "cn")

    # --- The county ------------------------------------------------------------------------

    def tell_earlier_years(self) -> None:
        """Tell the years before the latest without any application, as a yearly report would."""
        last = self.call.year - 1
        ask = open_ask(
            self.cluster,
            f"demo:{self.cluster.pk}",
            indicators=self.call.form_version.indicators,
            years=[year for year in self.call.years_asked if year < last],
        )
        self._tell(ask, {cell: typed for cell, typed in self._figures(last).items() if ask.covers(*cell)})
        Ask.objects.filter(pk=ask.pk).close()

    def open(self) -> None:
        """Open the application and fill it, half or whole."""
        self.application = county.open_application(self.cluster, self.call, by=self.manager)
        figures = self._figures(self.call.year)
        if self.sample.is_half_filled:
            figures = {(code, year): typed for (code, year), typed in figures.items() if year < self.call.year - 1}
        self._tell(Ask.objects.get(opened_for=self.application.ask_key), figures)
        clauses = [rule.clause for rule in rules_of(self.call).rules if rule.asks_for_statement]
        for clause in clauses[:5] if self.sample.is_half_filled else clauses:
            said = words.STATEMENTS[clause].format(words=self.sample.words, niche=self.sample.niche)
            county.answer_clause(self.application, clause, answer=Answer.YES, words=said, version=0, by=self.manager)

    def _figures(self, call_year: int) -> dict[tuple[str, int], str]:
        return typed_figures(self.sample.profile, call_year)

    def _tell(self, ask: Ask, figures: dict[tuple[str, int], str]) -> None:
        asked = self.call.form_version.indicators
        told = YearFigure.objects.filter(cluster=self.cluster)
        versions = {(row.indicator, row.year): row.version for row in told}
        cells = [
            Cell(code, year, typed, versions.get((code, year), 0))
            for (code, year), typed in figures.items()
            if code in asked
        ]
        tell_figures(ask, cells, by=self.manager)

    def submit(self) -> None:
        """Give a reason for every warning, then submit."""
        application = self.fresh()
        for one in asked_of(return_of(application)):
            county.give_reply(application, one.reason, words.REPLY, by=self.manager)
        rows = list(YearFigure.objects.asked_of(self.cluster, self.call))
        for problem in problems_of(application, rows):
            if problem.severity == WARNING:
                county.give_reason(application, problem.code, words.REASON_FOR_A_WARNING, by=self.manager)
        county.submit(application, key=uuid.uuid4(), declared=True, version=application.version, by=self.manager)

    def withdraw(self) -> None:
        """Withdraw after submission."""
        application = self.fresh()
        county.withdraw(application, version=application.version, words=words.WITHDRAWN, by=self.manager)

    def correct_and_resubmit(self) -> None:
        """Correct two figures after a return and submit again."""
        last = self.call.year - 1
        self._tell(
            Ask.objects.get(opened_for=self.application.ask_key),
            {("sme_rd_expense", last): "2.36", ("standards_count", last): "19"},
        )
        self.submit()

    # --- Province and ministry --------------------------------------------------------------

    def decide(self, action, **more):
        """Let an office take a decision on the application as it stands now."""
        application = self.fresh()
        return action(application, key=uuid.uuid4(), version=application.version, **more)

    def send_back(self, due_at) -> None:
        """Return it for correction."""
        reasons = [Reason.FIGURE_UNCLEAR, Reason.EVIDENCE_MISSING]
        self.decide(province.send_back, reasons=reasons, words=words.RETURN, due_at=due_at, by=self.reviewer)

    def recommend(self) -> None:
        """Recommend it to the ministry."""
        self.decide(province.recommend, words=words.RECOMMENDED, by=self.reviewer)

    def do_not_recommend(self) -> None:
        """Decide against it."""
        self.decide(
            province.do_not_recommend,
            reasons=[Reason.BELOW_STANDARD],
            words=words.NOT_RECOMMENDED,
            by=self.reviewer,
        )

    def disqualify(self) -> None:
        """End it because of findings."""
        self.decide(province.disqualify, reasons=[Reason.FALSE_STATEMENT], words=words.DISQUALIFIED, by=self.reviewer)

    def shortlist(self) -> None:
        """Choose it for the public notice."""
        self.decide(ministry.shortlist, by=self.officer)

    def decline(self) -> None:
        """Decide against it in the ministry."""
        self.decide(ministry.decline, reasons=[Reason.NOT_CHARACTERISTIC], words=words.DECLINED, by=self.officer)

    def lead_to(self, due_at) -> None:
        """Take the steps of county and province up to the sample's state, or to its recommendation."""
        state = self.sample.state
        self.open()
        if state == State.DRAFT:
            return
        self.submit()
        if self.sample.came_back or state == State.RETURNED:
            self.send_back(due_at)
        if self.sample.came_back:
            self.correct_and_resubmit()
        last = {
            State.SUBMITTED: None,
            State.RETURNED: None,
            State.WITHDRAWN: self.withdraw,
            State.NOT_RECOMMENDED: self.do_not_recommend,
            State.DISQUALIFIED: self.disqualify,
        }.get(state, self.recommend)
        if last:
            last()
