"""The words of applications."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where an application stands (model, Life of an application)."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    RECOMMENDED = "recommended", _("Recommended")
    SHORTLISTED = "shortlisted", _("Shortlisted")
    DECLINED = "declined", _("Declined")
    IN_PUBLIC_NOTICE = "in_public_notice", _("In public notice")
    RECOGNISED = "recognised", _("Recognised")
    DISQUALIFIED = "disqualified", _("Disqualified")


# While one of these holds, the cluster cannot open another application in the call.
LIVE = frozenset(State) - {State.WITHDRAWN, State.NOT_RECOMMENDED, State.DECLINED, State.DISQUALIFIED}
# Each of these uses one place of the recommending authority.
USES_A_PLACE = frozenset(
    {State.RECOMMENDED, State.SHORTLISTED, State.DECLINED, State.IN_PUBLIC_NOTICE, State.RECOGNISED}
)
# The county writes while one of these holds.
OPEN_FOR_EDITING = frozenset({State.DRAFT, State.RETURNED})
# Known to the ministry alone until the public notice starts; everybody else reads RECOMMENDED.
SECRET = frozenset({State.SHORTLISTED, State.DECLINED, State.IN_PUBLIC_NOTICE})
# Ended before the ministry had it: nothing of such a case was ever a secret.
ENDED_EARLY = frozenset({State.WITHDRAWN, State.NOT_RECOMMENDED})
# Never stored: what those who decide read of a case whose public notice has not begun.
TO_BE_PUBLISHED = "to_be_published"


def state_words(state: str) -> str:
    """Return the words of a state as somebody reads it, also of the one that is never stored."""
    return str(_("Public notice to come") if state == TO_BE_PUBLISHED else State(state).label)


class AtLevel(models.TextChoices):
    """Who has the application now; a city level adds rows, no state."""

    COUNTY = "county", pgettext_lazy("level", "County")
    CITY = "city", pgettext_lazy("level", "City")
    PROVINCE = "province", pgettext_lazy("level", "Province")
    MINISTRY = "ministry", pgettext_lazy("level", "Ministry")


class Decision(models.TextChoices):
    """What an opinion says."""

    SEND_BACK = "send_back", _("Returned for correction")
    RECOMMEND = "recommend", _("Recommended")
    DO_NOT_RECOMMEND = "do_not_recommend", _("Not recommended")
    TAKE_BACK = "take_back", _("Decision taken back")
    EXTEND = "extend", _("Due date of the return extended")
    CALL_BACK = "call_back", _("Return called back")
    DISQUALIFY = "disqualify", _("Disqualified")
    SHORTLIST = "shortlist", _("Shortlisted")
    PUT_BACK = "put_back", _("Put back among the candidates")
    DECLINE = "decline", _("Declined")
    RECOGNISE = "recognise", _("Recognised")


class Reason(models.TextChoices):
    """Coded reasons of a return or a refusal; words say the rest."""

    FIGURE_UNCLEAR = "figure_unclear", _("A figure is unclear or does not fit the others")
    EVIDENCE_MISSING = "evidence_missing", _("Proof is missing")
    STATEMENT_INCOMPLETE = "statement_incomplete", _("A statement is incomplete")
    BELOW_STANDARD = "below_standard", _("A published criterion is not met")
    BEYOND_QUOTA = "beyond_quota", _("Others were chosen within the places")
    NOT_CHARACTERISTIC = "not_characteristic", _("The leading industry does not stand out")
    CLEAN_RECORD = "clean_record", _("The clean record of three years is not given")
    FALSE_STATEMENT = "false_statement", _("A false or concealed statement was verified")
    OTHER = "other", _("Other; see the words")


def in_order(reasons) -> list[str]:
    """Return coded reasons in the order of the list, wherever they were kept; unknown ones last."""
    place = {code: number for number, code in enumerate(Reason.values)}
    return sorted(reasons, key=lambda code: place.get(code, len(place)))


class Answer(models.TextChoices):
    """What the county says of a clause that people judge."""

    YES = "yes", _("Met")
    NO = "no", _("Not met")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class Judged(models.TextChoices):
    """What a reviewer says of a clause that people judge, beside the county's own answer."""

    AGREES = "agrees", _("Agrees with the county")
    NOT_MET = "not_met", _("Not met")
    CANNOT_TELL = "cannot_tell", _("Cannot be judged")


class InAll(models.TextChoices):
    """What the judgements of an opinion come to; filters read it."""

    PARTLY = "partly"
    WITH_NOT_MET = "with_not_met"
    CLEAN = "clean"


# With which decisions the judgements of a level go on record. What the ministry finds when it disqualifies is read by
# everybody at once, while its judgements stay as secret as its choice.
SEALED_WITH = {
    AtLevel.PROVINCE: frozenset(
        {Decision.SEND_BACK, Decision.RECOMMEND, Decision.DO_NOT_RECOMMEND, Decision.DISQUALIFY}
    ),
    AtLevel.MINISTRY: frozenset({Decision.SHORTLIST, Decision.DECLINE}),
}


class Outcome(models.TextChoices):
    """What became of objections during the public notice."""

    NONE = "none", _("No objection received")
    UPHELD = "upheld", _("Objection upheld")
    DISMISSED = "dismissed", _("Objection dismissed")
