"""Programmes, their yearly calls, and what a call fixes: rules, form, deadlines, places, working days."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language

from accounts.models import Office
from programmes.enums import Kind, Prerequisite, Process
from programmes.fields import ForeignKeyToStored
from programmes.querysets import CallQuerySet, DeadlineQuerySet, WaiverQuerySet
from rulebook.catalogue import INDICATORS
from territories.enums import NATIONAL_SCHEME, Level
from territories.models import Territory

MINISTRY = "工业和信息化部"


class Programme(models.Model):
    """One programme of recognition, run by one authority in one scheme; written by load_reference."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    owner = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=20, default=NATIONAL_SCHEME)
    sample = models.BooleanField(default=False, help_text="never counted or downloaded with real rows")

    def __str__(self):
        return (self.name_en if get_language() == "en" else "") or self.name


class Chain(models.Model):
    """Which levels review below a province-level authority, and from which call on."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="chains")
    authority = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    levels = ArrayField(models.CharField(max_length=10, choices=Level))
    from_year = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "authority", "from_year"], name="one_chain_per_authority_and_year"
            )
        ]

    def __str__(self):
        return f"{self.programme}: {self.authority}"


class RuleSet(models.Model):
    """A version of the rules as it was stored; never changed, only succeeded.

    `content` is the canonical form whose sha-256 is `digest`; a changed file under an existing
    version is refused by load_reference. One that came with the program names nobody who wrote it.
    `succeeds` may branch no further: a version has one successor.
    """

    append_only = True

    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    content = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, null=True, blank=True, related_name="rule_sets")
    process = models.CharField(max_length=20, choices=Process, default=Process.RECOGNITION)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    succeeds = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="succeeded_by")
    written_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    approved_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    stored_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_content_per_rule_set_version"),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("written_by")),
                name="rules_are_approved_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.version}"


class FormVersion(models.Model):
    """The sections and indicators an application form asks for; a snapshot names its own.

    The official layout of the form is not known to us (dossier 6.2), so it is data.
    """

    append_only = True

    code = models.CharField(max_length=40, unique=True)
    sections = models.JSONField(help_text="[{key, label, label_en, indicators: [codes]}], in order")
    stored_at = models.DateTimeField(db_default=Now())

    def __str__(self):
        return self.code

    @property
    def indicators(self) -> list[str]:
        """Return the codes of every indicator of the form, in order."""
        return [code for section in self.sections for code in section["indicators"]]


class Call(models.Model):
    """One yearly call; real ones carry only what is confirmed, the rest is shown as not published.

    The ministry opens its own stage once the recommendations are in; from then on a province cannot
    take one back.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="calls")
    code = models.CharField(max_length=30, unique=True)
    year = models.PositiveSmallIntegerField()
    document_number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    rule_set = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="+")
    reverification_rules = ForeignKeyToStored(
        RuleSet, models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: the rules of the call"
    )
    form_version = ForeignKeyToStored(FormVersion, models.PROTECT, related_name="+")
    one_per_niche = models.BooleanField(default=False)
    prerequisite = models.CharField(max_length=30, choices=Prerequisite, default=Prerequisite.NONE)
    note = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    ministry_stage_opened_at = models.DateTimeField(null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "year"], name="one_call_per_programme_and_year")]

    def __str__(self):
        return f"{self.programme} {self.year}"

    def rules_for(self, kind: str) -> RuleSet:
        """Return the stored rules for one kind of application; re-verification may have its own (dossier 8.3)."""
        own = kind == Kind.REVERIFICATION and self.reverification_rules_id is not None
        return self.reverification_rules if own else self.rule_set

    @property
    def years(self) -> list[int]:
        """Return the three full calendar years before the call, oldest first (dossier 7)."""
        return [self.year - 3, self.year - 2, self.year - 1]

    @property
    def years_asked(self) -> list[int]:
        """Return the optional year before them and the three years, oldest first."""
        return [self.year - 4, *self.years]

    @property
    def cells_asked(self) -> list[tuple[str, int]]:
        """Return the cells (indicator, year) the form asks for, in its order: some for the latest year alone."""
        return [
            (code, self.year - offset)
            for code in self.form_version.indicators
            if code in INDICATORS
            for offset in INDICATORS[code].offsets
        ]


class CallKind(models.Model):
    """A kind of application that a call accepts; several run in one window, as in 2025."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="kinds")
    kind = models.CharField(max_length=20, choices=Kind)
    reverifies_batch = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="one_row_per_kind_of_a_call")]

    def __str__(self):
        return f"{self.call} {self.kind}"


class RuleChangeProposal(models.Model):
    """That a call be judged by other rules, put before a second person with a reason.

    Decided by the change that names it, or withdrawn; one for rules that are no longer those of the call is over.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="rule_proposals")
    kind = models.CharField(max_length=20, choices=Kind)
    before = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="+")
    after = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="proposed_in")
    words = models.TextField(max_length=1000)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField(db_default=Now())
    withdrawn_by = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["call", "kind"], name="rule_proposal_of_call")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(words=""), name="other_rules_are_proposed_with_a_reason")
        ]

    def __str__(self):
        return f"{self.call} {self.kind}: {self.after}?"


class RuleChange(models.Model):
    """From when a call is judged by other rules, who proposed and who decided it; never changed.

    What was screened before keeps its screening: only drafts and later submissions meet the new rules.
    """

    append_only = True

    call = models.ForeignKey(Call, models.PROTECT, related_name="rule_changes")
    kind = models.CharField(max_length=20, choices=Kind, help_text="the kind of application that is concerned")
    before = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="+")
    after = ForeignKeyToStored(RuleSet, models.PROTECT, related_name="+")
    words = models.TextField(blank=True, max_length=1000)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: before two persons did it"
    )
    proposal = models.OneToOneField(RuleChangeProposal, models.PROTECT, null=True, blank=True, related_name="change")
    key = models.UUIDField(unique=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["call", "kind", "id"], name="rule_change_of_call")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(proposed_by=None) | ~models.Q(proposed_by=models.F("office")),
                name="rules_are_brought_into_force_by_another",
            )
        ]

    def __str__(self):
        return f"{self.call} {self.kind}: {self.after}"


class Waiver(models.Model):
    """A clause an authority waives for a place in one call, with its reason; never a silent number.

    “西部地区可适当放宽” is such a waiver (dossier 8.4). It covers every cluster whose lead lies under
    `path`; `public_line` is what the public reads of it.
    """

    append_only = True

    call = models.ForeignKey(Call, models.PROTECT, related_name="waivers")
    clause = models.CharField(max_length=10)
    place = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    path = models.CharField(max_length=120, help_text="of the place, in the scheme of the programme")
    reason = models.CharField(max_length=500)
    document_number = models.CharField(max_length=60)
    public_line = models.CharField(max_length=300)
    granted_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    key = models.UUIDField(unique=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["call", "path"], name="waiver_of_call")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(public_line="") & ~models.Q(document_number=""),
                name="a_waiver_says_why_and_by_which_document",
            )
        ]

    def __str__(self):
        return f"{self.call} {self.clause} {self.place}"

    @property
    def authority_name(self) -> str:
        """Return who granted it by the official name, as findings keep it: that of the nation is the ministry."""
        authority = self.granted_by.authority
        return MINISTRY if authority.level == Level.NATION else authority.name


class WaiverEnd(models.Model):
    """That a waiver no longer counts for what is submitted from now on, and why."""

    append_only = True

    waiver = models.OneToOneField(Waiver, models.PROTECT, related_name="end")
    words = models.CharField(max_length=500)
    ended_by = models.ForeignKey(Office, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(db_default=Now())

    def __str__(self):
        return f"end of {self.waiver_id}"


class Deadline(models.Model):
    """Until when an authority takes applications from the level below it; half-open.

    Each authority sets those of the level below it, never later than its own.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="deadlines")
    authority = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    authority_path = models.CharField(max_length=120, help_text="the authority's path in the programme's scheme")
    level_below = models.CharField(max_length=10, choices=Level)
    closes_at = models.DateTimeField()

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "authority", "level_below"], name="one_deadline_per_authority_and_level"
            )
        ]

    def __str__(self):
        return f"{self.call} {self.authority} {self.closes_at}"


class Quota(models.Model):
    """How many an authority may recommend in a call; the row that is locked before it is counted.

    `used` moves only inside recommend and take_back; the database refuses a place too many.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="quotas")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.RECOGNITION)
    authority = models.ForeignKey(Territory, models.PROTECT, related_name="+")
    least = models.PositiveSmallIntegerField(default=0)
    places = models.PositiveSmallIntegerField(null=True, blank=True, help_text="empty: no limit is known")
    soft = models.BooleanField(default=False)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "kind", "authority"], name="one_quota_per_call_kind_authority"),
            models.CheckConstraint(
                condition=models.Q(places=None) | models.Q(soft=True) | models.Q(used__lte=models.F("places")),
                name="never_more_recommended_than_places",
            ),
        ]

    def __str__(self):
        return f"{self.authority}: {self.used}/{self.places}"

    def places_left(self) -> int | None:
        """Return how many places are free, or None when there is no limit."""
        return None if self.places is None else max(self.places - self.used, 0)

    def use_place(self) -> None:
        """Count one more; the caller holds the lock, the constraint refuses one too many."""
        Quota.objects.filter(pk=self.pk).update(used=models.F("used") + 1)
        self.refresh_from_db(fields=["used"])

    def free_place(self) -> None:
        """Count one less; the caller holds the lock."""
        Quota.objects.filter(pk=self.pk).update(used=models.F("used") - 1)
        self.refresh_from_db(fields=["used"])


class CalendarYear(models.Model):
    """A year whose working days are known; any other year counts weekends and holidays of fixed date, and says so."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=200)

    def __str__(self):
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a weekend worked to make up for one."""

    date = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40)

    def __str__(self):
        return f"{self.date} {self.name}"
