"""Effect reports over more applications than a page can wait for."""

from django_tasks import task

from accounts.models import Office
from ruledesk import effects
from ruledesk.models import Draft


@task()
def make_report(draft: int, digest: str, office: int) -> None:
    """Make the effect report of a draft, unless its content is another one by now."""
    row = Draft.objects.for_step().get(pk=draft)
    if row.digest == digest:
        effects.make(row, Office.objects.select_related("user", "authority").get(pk=office))
