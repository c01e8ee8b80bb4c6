"""Two who had one form open: what nobody else touched is kept, and only what both changed is asked."""

import json
from collections.abc import Mapping

from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.models import Event
from clusters.forms import ClusterForm
from clusters.models import Cluster
from clusters.sentences import listed, together

FIELDS = ("name", "industry_typed", "niche", "lead", "further", "area_km2", "operator")


class Meeting:
    """What was sent, held against what the page was opened on and what stands in the register now."""

    def __init__(self, sent: QueryDict, cluster: Cluster, standing: dict[str, list[str]], *, by):
        self.data = sent.copy()
        self.taken: list[str] = []  # others changed it alone
        self.both: list[str] = []
        opened = opened_on(sent)
        for name, stands in standing.items():
            typed, before = _sent(sent, name), opened.get(name)
            if stands in (typed, before):
                continue
            if typed != before:
                self.both.append(name)
                continue
            self.taken.append(name)
            self.data.setlist(name, stands)
            if name == "industry_typed":
                self.data.pop("industry", None)
        self._standing = {name: _in_words(name, standing, cluster) for name in self.both}
        self.words = self._say(cluster, by)  # who changed what; empty where it touches nothing of the page

    def _say(self, cluster: Cluster, by) -> str:
        if not (self.taken or self.both):
            return ""
        who, when = _last_change(cluster, by)
        labels = (ClusterForm.base_fields[name].label for name in FIELDS if name in (*self.taken, *self.both))
        said = _("%(who)s changed this cluster at %(when)s, while you had this page open: %(fields)s.") % {
            "who": who, "when": when, "fields": listed(labels),
        }  # fmt: skip
        return together(said, _("What you had not touched stands as it was saved there.")) if self.taken else said

    def ask(self, form: ClusterForm) -> None:
        """Show at each field that both changed what stands there now, beside what was typed."""
        form.is_refused = True
        for name in self.both:
            words = _("The register says “%(stands)s” now. Saving again puts what you typed in its place.")
            form.add_error("further_query" if name == "further" else name, words % {"stands": self._standing[name]})


def _in_words(name: str, standing: dict[str, list[str]], cluster: Cluster) -> str:
    if name == "lead":
        return cluster.lead.full_name if cluster.lead else "—"
    if name == "further":
        return listed(sorted(place.full_name for place in cluster.further.all())) or "—"
    return "".join(standing[name]) or "—"


def shown(form: ClusterForm) -> dict[str, list[str]]:
    """Return what a form that was not sent yet shows, as it would be sent."""
    return {name: _texts(form[name].value()) for name in FIELDS}


def opened_on(sent: Mapping) -> dict[str, list[str]]:
    """Return what the page of this form was opened on, as it says itself."""
    try:
        said = json.loads(sent.get("opened", ""))
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _sent(sent: QueryDict, name: str) -> list[str]:
    zone = sent.get("zone_name", "") if name == "lead" else ""
    return [zone] if zone else sorted(text for text in sent.getlist(name) if text)


def _texts(value) -> list[str]:
    return sorted(str(one) for one in (value if isinstance(value, list) else [value]) if one not in (None, ""))


def _last_change(cluster: Cluster, by) -> tuple[str, str]:
    changes = Event.objects.filter(subject=f"clusters.{cluster.pk}", action="clusters.change")
    event = changes.order_by("-at", "-pk").first()
    if event is None:
        return _("Somebody"), ""
    who = _("You, in another window,") if event.user_id == by.user_id else event.actor
    return who, date_format(timezone.localtime(event.at), "DATETIME_FORMAT")
