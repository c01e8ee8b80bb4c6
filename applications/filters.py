"""What a person asked a list of applications to show: read from the address, written back to it."""

import re
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from applications.enums import SECRET, TO_BE_PUBLISHED, Decision, State
from applications.models import NoticeEntry, Opinion, SignedFacts
from applications.querysets import seen_in
from territories.search import LONGEST_QUERY, NUMBER_EDGE, matching


@dataclass(frozen=True)
class Tab:
    """One tab of a list: the states it shows, as the office may know them."""

    key: str
    label: object
    states: tuple[str, ...]
    came_back: bool | None = None

    def parts(self, office) -> list[Q]:
        """Return one condition per stored state, so that each is read in the order of an index."""
        stored = [State.IN_PUBLIC_NOTICE if state == TO_BE_PUBLISHED else state for state in self.states]
        if State.RECOMMENDED in self.states and office.role != Role.MINISTRY:
            stored += [state for state in sorted(SECRET) if state not in self.states]
        more = Q() if self.came_back is None else Q(came_back=self.came_back)
        return [Q(state=state) & seen_in(office, *self.states) & more for state in dict.fromkeys(stored)]


S = State
LEFT_THE_COUNTY = tuple(state for state in State if state != State.DRAFT)
PROVINCE_TABS = (
    Tab("todo", _("To be reviewed"), (S.SUBMITTED,)),
    Tab("new", _("New"), (S.SUBMITTED,), came_back=False),
    Tab("back", _("Resubmitted after correction"), (S.SUBMITTED,), came_back=True),
    Tab("returned", _("Returned for correction"), (S.RETURNED,)),
    Tab("recommended", _("Recommended"), (S.RECOMMENDED,)),
    Tab("not_recommended", _("Not recommended"), (S.NOT_RECOMMENDED,)),
    Tab("result", _("Public notice and result"), (S.IN_PUBLIC_NOTICE, S.RECOGNISED, S.DECLINED)),
    Tab("ended", _("Withdrawn or disqualified"), (S.WITHDRAWN, S.DISQUALIFIED)),
    Tab("all", _("All"), LEFT_THE_COUNTY),
)
# fmt: off
MINISTRY_TABS = (
    Tab("candidates", _("Recommended"), (S.RECOMMENDED,)),
    Tab("shortlisted", _("Shortlisted"), (S.SHORTLISTED,)),
    Tab("declined", _("Declined"), (S.DECLINED,)),
    Tab("upcoming", _("Public notice to come"), (TO_BE_PUBLISHED,)),
    Tab("notice", _("In public notice"), (S.IN_PUBLIC_NOTICE,)),
    Tab("recognised", _("Recognised"), (S.RECOGNISED,)),
    Tab("disqualified", _("Disqualified"), (S.DISQUALIFIED,)),
    Tab("all", _("All"),
        (S.RECOMMENDED, S.SHORTLISTED, S.DECLINED, TO_BE_PUBLISHED, S.IN_PUBLIC_NOTICE, S.RECOGNISED, S.DISQUALIFIED)),
)
# fmt: on
TAB_KEYS = frozenset(tab.key for tab in (*PROVINCE_TABS, *MINISTRY_TABS))
VERDICTS = {
    "clean": (_("Nothing missed, nothing unclear"), Q(screening__not_met=0, screening__cannot_tell=0)),
    "not_met": (_("A clause is not met"), Q(screening__not_met__gt=0)),
    "near": (_("A soft clause is missed"), Q(screening__near__gt=0)),
    "cannot_tell": (_("A clause cannot be told"), Q(screening__cannot_tell__gt=0)),
    "waived": (_("A clause is waived"), Q(screening__waived__gt=0)),
}
NAMES = ("name", "niche", "industry_name", "lead_full_name")
CODE = re.compile(r"[A-Za-z0-9-]{0,30}")
NUMBER = re.compile(r"[0-9]")  # every document number has one
BRACKETS = "[〔〕（）()【】［］\\[\\]]"  # of the year, which people type as they can
CURSOR = re.compile(r"[0-9]{1,20}-[0-9]{1,18}")


def signed(facts) -> Q:
    """Return the condition “signed facts like these”: no list and no search reads what is registered afterwards."""
    return Q(snapshot__in=facts.values("snapshot"))


def of_document(number: str) -> Q:
    """Return the condition “is named in a notice, or got its title, under a number like this”, as everybody may read.

    A notice that has not begun is found by nobody: its number would tell that there is one. 28 is not 283.
    """
    like = "".join(BRACKETS if sign in BRACKETS else re.escape(sign) for sign in "".join(number.split()))
    like = f"{NUMBER_EDGE}{like}{NUMBER_EDGE}"
    noticed = NoticeEntry.objects.begun().filter(notice__document_number__regex=like)
    titled = Opinion.objects.filter(decision=Decision.RECOGNISE, words__regex=like)
    return Q(pk__in=noticed.values("application")) | Q(pk__in=titled.values("application"))


@dataclass(frozen=True)
class Filters:
    """The address of a list, as values; unknown ones are dropped, so an address never fails."""

    call: str = ""
    tab: str = ""
    province: str = ""
    industry: str = ""
    verdict: str = ""
    q: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def read(cls, sent) -> "Filters":
        """Return the filters a request sent."""
        text = {field.name: (sent.get(field.name) or "").strip() for field in fields(cls)}
        for name in ("call", "province", "industry"):
            text[name] = text[name] if CODE.fullmatch(text[name]) else ""
        text["tab"] = text["tab"] if text["tab"] in TAB_KEYS else ""
        for name in ("after", "before"):
            text[name] = text[name] if CURSOR.fullmatch(text[name]) else ""
        text["verdict"] = text["verdict"] if text["verdict"] in VERDICTS else ""
        text["q"] = text["q"].replace("\x00", "")[:LONGEST_QUERY]
        return cls(**text)

    def but(self, **changes) -> "Filters":
        """Return the same filters with changes, from the first page."""
        return replace(self, **{"after": "", "before": ""} | changes)

    @property
    def narrows(self) -> bool:
        """Say whether anything but call and tab decides what is listed."""
        return bool(self.province or self.industry or self.verdict or self.q)

    @property
    def address(self) -> str:
        """Return the part of an address after the path, empty when nothing was asked."""
        asked = [(field.name, getattr(self, field.name)) for field in fields(self) if getattr(self, field.name)]
        return f"?{urlencode(asked)}" if asked else ""

    @property
    def of_list(self) -> str:
        """Return the address without the page, as a case carries it."""
        return self.but().address

    def chosen(self, tabs: tuple[Tab, ...]) -> Tab:
        """Return the tab that was asked for, else the first."""
        return next((tab for tab in tabs if tab.key == self.tab), tabs[0])

    def narrow(self, rows):
        """Return the rows that pass every filter but the tab."""
        if self.province:
            rows = rows.filter(province__code=self.province)
        if self.industry:
            rows = rows.filter(signed(SignedFacts.objects.filter(industry_code__startswith=self.industry)))
        if self.verdict:
            rows = rows.filter(VERDICTS[self.verdict][1])
        if self.q:
            facts = signed(matching(SignedFacts.objects.all(), self.q, fields=NAMES))
            rows = rows.filter(facts | of_document(self.q) if NUMBER.search(self.q) else facts)
        return rows
