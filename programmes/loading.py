"""Programmes, rules, form, calls and working days, as far as they are confirmed (dossier 10)."""

import json
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from programmes.enums import Kind
from programmes.models import (
    CalendarDay,
    CalendarYear,
    Call,
    CallKind,
    Deadline,
    FormVersion,
    Programme,
    Quota,
    RuleSet,
)
from rulebook import loader
from territories.enums import NATIONAL_SCHEME, Level
from territories.loading import DATA
from territories.models import Territory
from territories.upkeep import Outcome, bring_up_to_date

RULES, FORM = "national-2022", "form-2022-1"
# The recommending authorities that are no province, autonomous region or municipality (dossier 3.2).
OTHER_AUTHORITIES = frozenset({"xpcc", "210200", "330200", "350200", "370200", "440300"})
CALENDAR_SOURCE = "国务院办公厅历年节假日安排，取自 chinesecalendar {version}"


def load() -> list[Outcome]:
    """Bring everything about programmes and calls up to date and return what became of each table."""
    content = json.loads((DATA / "calls.json").read_text(encoding="utf-8"))
    return [
        _programmes(content["programmes"]),
        load_rules(*(loader.load(code) for code in loader.codes())),
        _form(),
        *load_working_days(),
        *_calls(content["calls"]),
    ]


def load_rules(*rule_sets) -> Outcome:
    """Store versions of rules once; raises DataRefused when the content of one was changed since."""
    programmes = {programme.code: programme for programme in Programme.objects.all()}
    rows = [
        RuleSet(
            code=rules.code,
            version=rules.version,
            content=rules.canonical_json,
            digest=rules.hash,
            programme=programmes.get(rules.programme),
            process=rules.process,
            effective_from=rules.effective_from or None,
            effective_to=rules.effective_to or None,
        )
        for rules in rule_sets
    ]
    return bring_up_to_date(rows, key=("code", "version"), fields=("content", "digest"))


def _form() -> Outcome:
    content = json.loads((DATA / f"{FORM}.json").read_text(encoding="utf-8"))
    return bring_up_to_date([FormVersion(**content)], key=("code",), fields=("sections",))


def load_working_days() -> list[Outcome]:
    """Bring the days that differ from their weekday up to date, for every year the library knows."""
    import chinese_calendar
    from chinese_calendar.constants import holidays, workdays

    source = CALENDAR_SOURCE.format(version=chinese_calendar.__version__)
    days = [CalendarDay(date=day, is_working=False, name=name) for day, name in _named(holidays)]
    days += [CalendarDay(date=day, is_working=True, name=f"{name}调休上班") for day, name in _named(workdays)]
    years = [CalendarYear(year=year, source=source) for year in sorted({day.year for day in holidays})]
    return [
        bring_up_to_date(years, key=("year",), fields=("source",)),
        bring_up_to_date(days, key=("date",), fields=("is_working", "name")),
    ]


def _named(days: dict[date, str]):
    from chinese_calendar import Holiday

    names = {holiday.value: holiday.chinese for holiday in Holiday}
    return ((day, names.get(name, name)) for day, name in days.items())


def _programmes(listed: list[dict]) -> Outcome:
    owners = {row.code: row for row in Territory.objects.filter(code__in={one["owner"] for one in listed})}
    rows = [Programme(scheme=NATIONAL_SCHEME, **one | {"owner": owners[one["owner"]]}) for one in listed]
    return bring_up_to_date(rows, key=("code",), fields=("name", "name_en", "owner_id", "scheme", "sample"))


def _calls(listed: list[dict]) -> list[Outcome]:
    programme = Programme.objects.get(code="national")
    rules = RuleSet.objects.get(code=RULES, version=loader.load(RULES).version)
    form = FormVersion.objects.get(code=FORM)
    rows = [
        Call(
            programme=programme,
            code=f"national-{one['year']}",
            year=one["year"],
            document_number=one["document_number"],
            issued_on=date.fromisoformat(one["issued_on"]) if one["issued_on"] else None,
            rule_set=rules,
            form_version=form,
            one_per_niche=one["one_per_niche"],
            note=one["note"],
            source=one["source"],
        )
        for one in listed
    ]
    # Not the rules: those of a call that is there are changed by its authority only (bring_into_force).
    facts = ("year", "document_number", "issued_on", "form_version_id")
    calls = bring_up_to_date(rows, key=("code",), fields=(*facts, "one_per_niche", "note", "source"))
    stored = {call.year: call for call in Call.objects.filter(programme=programme)}
    return [calls, *_what_calls_fix([(stored[one["year"]], one) for one in listed])]


def _what_calls_fix(pairs: list[tuple[Call, dict]]) -> list[Outcome]:
    kinds = [
        CallKind(call=call, kind=kind["kind"], reverifies_batch=kind.get("reverifies_batch"))
        for call, one in pairs
        for kind in one["kinds"]
    ]
    deadlines = [deadline(call, end_of_day(date.fromisoformat(one["last_day"]))) for call, one in pairs]
    places = [row for call, one in pairs for row in quotas(call, one["places"]["province"], one["places"]["other"])]
    return [
        bring_up_to_date(kinds, key=("call_id", "kind"), fields=("reverifies_batch",)),
        bring_up_to_date(
            deadlines, key=("call_id", "authority_id", "level_below"), fields=("authority_path", "closes_at")
        ),
        bring_up_to_date(places, key=("call_id", "kind", "authority_id"), fields=("places",)),
    ]


def deadline(call: Call, closes_at: datetime) -> Deadline:
    """Return the ministry's deadline for recommendations, unsaved."""
    owner = call.programme.owner
    path = f"{call.programme.scheme}:{owner.code}/"
    return Deadline(call=call, authority=owner, authority_path=path, level_below=Level.PROVINCE, closes_at=closes_at)


def end_of_day(day: date) -> datetime:
    """Return the first moment after a day in China: the end of a half-open interval."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(settings.TIME_ZONE)).astimezone(UTC)


def quotas(call: Call, province: int | None, other: int | None) -> list[Quota]:
    """Return the places of all 37 recommending authorities, unsaved; by default none for re-verification."""
    return [
        Quota(
            call=call,
            kind=Kind.RECOGNITION,
            authority=authority,
            places=other if authority.code in OTHER_AUTHORITIES else province,
        )
        for authority in Territory.objects.filter(recommends=True).order_by("code")
    ]
