"""What a draft of rules would do to the applications there are: simulated, and kept for exactly this text."""

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from rulebook import loader
from ruledesk.actions import keep_report
from ruledesk.models import Draft, EffectReport
from simulation import running
from simulation.population import kept_for
from simulation.presenting import Shown, outcome
from simulation.results import Result
from simulation.settings import Settings, Unanswerable

TASK = "ruledesk.tasks.make_report"
WAITING = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def settings_of(draft: Draft) -> Settings:
    """Return the question of every effect report: all submitted applications its authority may see."""
    return Settings()


def size(draft: Draft, office) -> int:
    """Return how many applications a report is about; none where there is nothing to count."""
    try:
        return running.size(settings_of(draft), office)
    except Unanswerable:
        return 0


def make(draft: Draft, office) -> EffectReport:
    """Compute the report now and keep it. A population of nobody is an answer too, and says so.

    Raises Unanswerable where there is somebody to count and it failed.
    """
    rules, settings = loader.build(draft.content, str(draft)), settings_of(draft)
    try:
        result = running.simulate(settings, office, rules=rules).as_json()
    except Unanswerable as answer:
        if rules.computed and size(draft, office):
            raise
        result = {"unanswerable": str(answer)}
    return keep_report(draft, draft.digest, settings=settings.as_json(), result=result, by=office)


def is_waiting(draft: Draft) -> bool:
    """Say whether a report for this text is being made in the background."""
    asked = DBTaskResult.objects.filter(task_path=TASK, status__in=WAITING).order_by()
    return asked.filter(args_kwargs__args__contains=[draft.pk, draft.digest]).exists()


@dataclass(frozen=True)
class ShownReport:
    """An effect report as a page shows it."""

    report: EffectReport
    result: Result | None
    unanswerable: str

    @property
    def shown(self) -> Shown | None:
        """Return the result as the simulation shows it: whose applications it counts, by which rules."""
        return Shown(self.result) if self.result else None

    @property
    def change(self) -> int:
        """How many more pass than before; negative when fewer do."""
        return self.result.passes - self.result.passes_before if self.result else 0

    @property
    def flips(self) -> list[dict]:
        """Return the applications with another outcome, in words."""
        return [
            {
                "application": one.application,
                "cluster": one.cluster,
                "province_name": one.province_name,
                "before_words": outcome(one.before),
                "after_words": outcome(one.after),
            }
            for one in (self.result.flips if self.result else ())
        ]

    @property
    def clauses(self) -> list[dict]:
        """Return the clauses with another outcome, before and after."""
        language, rows = get_language() or "zh", []
        for one in self.result.by_clause if self.result else ():
            if dict(one.before) != dict(one.after):
                rows.append(
                    {
                        "clause": one.clause,
                        "name": one.name(language),
                        "met_before": one.before.get("met", 0),
                        "met": one.after.get("met", 0),
                        "not_met_before": one.before.get("not_met", 0) + one.before.get("near", 0),
                        "not_met": one.after.get("not_met", 0) + one.after.get("near", 0),
                    }
                )
        return rows


def shown_report(report: EffectReport | None) -> ShownReport | None:
    """Return a kept report ready for a page."""
    if report is None:
        return None
    if "unanswerable" in report.result:
        return ShownReport(report, None, report.result["unanswerable"] or _("There is nothing to count."))
    return ShownReport(report, kept_for(Result.read(report.result), report.made_by), "")
