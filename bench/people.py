"""Let three people sign in at the measured site, and give the county an application to fill in.

Run as the owner of the measured database; prints their sessions and what they look at as JSON:

    python -m bench.people
"""

import json
import os
from datetime import timedelta
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Typed as a county types them: rates in percent; three years, oldest first.
FIGURES = {
    "gross_output": ("60", "70", "80"),
    "sme_output": ("50", "58", "66"),
    "leading_output": ("46", "54", "62"),
    "sme_rd_expense": ("1.2", "1.4", "1.6"),
    "valid_invention_patents": ("300", "360", "430"),
    "employee_count": ("20,000", "21,000", "22,000"),
    "industrial_software_rate": ("40", "45", "50"),
    "co2_intensity": ("0.9", "0.8", "0.7"),
    "iiot_rate": ("", "", "20"),
    "champion_count": ("", "", "1"),
}


def sign_in(user) -> str:
    """Return the session key of a person who has signed in."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def office(role: str, authority):
    """Return a new person in an office."""
    from accounts.models import Office, User

    user = User.objects.create_user(email=f"{role}@bench.example", name="测量")
    return Office.objects.create(user=user, role=role, authority=authority)


def open_call():
    """Return the open call of the demonstration, opening one when there is none."""
    from django.utils import timezone

    from programmes.models import Call, CallKind, Deadline, Programme
    from territories.enums import Level

    found = Call.objects.open_now().filter(programme__code="demo").first()
    if found:
        return found
    programme, newest = Programme.objects.get(code="demo"), Call.objects.order_by("-year").first()
    call = Call.objects.create(
        programme=programme, code="bench", year=timezone.now().year, opens_at=timezone.now() - timedelta(days=1),
        rule_set=newest.rule_set, form_version=newest.form_version,
    )  # fmt: skip
    CallKind.objects.create(call=call, kind="recognition")
    Deadline.objects.create(
        call=call, authority=programme.owner, authority_path=f"{programme.scheme}:cn/", level_below=Level.PROVINCE,
        closes_at=timezone.now() + timedelta(days=300),
    )  # fmt: skip
    return call


def draft(county):
    """Return a draft of this county with most figures told."""
    from applications.actions.county import open_application
    from clusters.actions import Cell, register_cluster, tell_figures
    from clusters.models import Ask, Cluster, Industry

    cluster = Cluster(name="测量用产业集群", lead=county.authority, sample=True, niche="测量", area_km2=Decimal("60"),
                      industry=Industry.objects.filter(level=4).first())  # fmt: skip
    register_cluster(cluster, further=[], by=county)
    application = open_application(cluster, open_call(), by=county)
    cells = [
        Cell(indicator, year, typed, 0)
        for indicator, told in FIGURES.items()
        for year, typed in zip(application.call.years, told, strict=True)
        if typed
    ]
    tell_figures(Ask.objects.get(opened_for=application.ask_key), cells, by=county)
    return application


def main() -> None:
    """Make the people and print what the measurement needs."""
    from django.db.models import Count

    from accounts.enums import Role
    from applications.enums import State
    from applications.models import Application
    from clusters.models import YearFigure
    from territories.models import Territory

    waiting = Application.objects.filter(state=State.SUBMITTED).values("province", "call__code")
    busiest = waiting.annotate(n=Count("pk")).order_by("-n", "province", "call__code").first()
    province = office(Role.PROVINCE, Territory.objects.get(pk=busiest["province"]))
    county = office(Role.COUNTY, Territory.objects.filter(level="county", division_code__startswith="37").first())
    application = draft(county)
    cell = YearFigure.objects.get(cluster=application.cluster, indicator="gross_output", year=application.call.year - 1)
    told = {
        "province": sign_in(province.user),
        "county": sign_in(county.user),
        "application": application.pk,
        "cell": {"indicator": cell.indicator, "year": cell.year, "version": cell.version},
        "call": busiest["call__code"],
        "applications": Application.objects.count(),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    import django

    django.setup()
    main()
