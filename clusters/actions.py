"""What happens when a county registers a cluster or tells a figure."""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.policy import allows
from audit.enums import Audience
from audit.record import record
from clusters.models import Ask, Cluster, YearFigure
from rulebook.catalogue import INDICATORS
from rulebook.numbers import Unreadable, clean_typed, read_figure
from territories.enums import NATIONAL_SCHEME
from territories.search import tokens_within
from workflow.locks import busy_is_refused, held_open, take_turns
from workflow.refusals import Outdated, StepNotAllowed, StepRefused


def search_words(cluster: Cluster) -> list[str]:
    """Return the tokens by which a cluster is found: its name, place and industry."""
    industry = cluster.industry.name if cluster.industry else ""
    places = [cluster.lead.full_name] if cluster.lead else []
    return tokens_within(cluster.name, industry, cluster.industry_words, cluster.niche, places=places)


def place(cluster: Cluster) -> str:
    """Return the path of the cluster's lead in the national scheme, empty without one."""
    if cluster.lead is None:
        return ""
    own = cluster.lead.placements.filter(scheme=NATIONAL_SCHEME).first()
    return own.path if own else ""


def register_cluster(cluster: Cluster, *, further, by) -> Cluster:
    """Put a new cluster into the register, or save what its county changed about it.

    Raises StepNotAllowed when the lead is not the office's own territory, and Outdated when somebody
    else saved the cluster since its row was read, and StepRefused when its name was taken meanwhile.
    """
    is_new = cluster.pk is None
    cluster.path = place(cluster)
    if not allows(by, "clusters.change", cluster):
        raise StepNotAllowed(_("A cluster is registered by the county that leads it."), "not_allowed")
    cluster.search_tokens = search_words(cluster)
    if is_new:
        cluster.registered_by = by
    with busy_is_refused(), transaction.atomic():
        if not is_new:
            read = Cluster.objects.filter(pk=cluster.pk, version=cluster.version)
            if not read.update(version=F("version") + 1):
                raise Outdated(_("Somebody else changed this cluster meanwhile."), "outdated")
            cluster.version = cluster.version + 1
        try:
            with transaction.atomic():
                cluster.save()
        except IntegrityError as error:
            raise StepRefused(_("Your county already has a cluster of this name."), "name_taken") from error
        cluster.further.set(further)
        for ask in cluster.asks.open_now():
            tell_registered_area(cluster, max(ask.years), by=by)
        record("clusters.register" if is_new else "clusters.change", by=by, subject=f"clusters.{cluster.pk}",
               details={"further": sorted(place.full_name for place in further)})  # fmt: skip
    return cluster


def open_ask(cluster: Cluster, opened_for: str, *, indicators, years) -> Ask:
    """Ask a cluster for figures; while the ask is open its county can edit them."""
    ask, _created = Ask.objects.update_or_create(
        opened_for=opened_for,
        defaults={"cluster": cluster, "indicators": list(indicators), "years": list(years), "closed_at": None},
    )
    return ask


@dataclass(frozen=True)
class Cell:
    """One cell as the page sends it: what was typed, and the version it was based on (0: none yet)."""

    indicator: str
    year: int
    typed: str
    version: int


@dataclass(frozen=True)
class Told:
    """What became of one cell: the row as it now stands, and whether somebody else was faster."""

    figure: YearFigure
    is_clash: bool
    sent: str
    is_change: bool = False


def tell_figures(ask: Ask, cells: list[Cell], *, by) -> list[Told]:
    """Save what was typed into cells; never refused because of what was typed.

    A cell whose version is not the newest is left as it is and given back as a clash, so that both
    texts can be shown. The number of queries does not depend on the number of cells. Raises
    StepNotAllowed when the ask is closed or a cell is not asked for.
    """
    if not allows(by, "clusters.tell_figures", ask.cluster):
        raise StepNotAllowed(_("Figures are told by the county that leads the cluster."), "not_allowed")
    with busy_is_refused(), transaction.atomic():
        # Submission locks the ask; sharing it here keeps a save from slipping in between.
        current = held_open(ask)
        if current is None:
            raise StepNotAllowed(_("These figures are not asked for any more."), "ask_closed")
        if not all(current.covers(cell.indicator, cell.year) for cell in cells):
            raise StepNotAllowed(_("This figure is not asked for."), "not_asked")
        take_turns(f"clusters.{ask.cluster_id}")
        told = _tell(ask.cluster_id, cells, by)
        if any(one.is_change for one in told):
            record(
                "clusters.tell_figures",
                by=by,
                chain=f"clusters.{ask.cluster_id}",
                subject=f"clusters.{ask.cluster_id}",
                audience=Audience.NOBODY,
                details={"cells": [[t.figure.indicator, t.figure.year, t.figure.typed] for t in told if t.is_change]},
            )
    return told


def _rows(cluster_id: int, cells: list[Cell]) -> dict[tuple[str, int], YearFigure]:
    rows = YearFigure.objects.filter(
        cluster_id=cluster_id, indicator__in={c.indicator for c in cells}, year__in={c.year for c in cells}
    ).select_related("changed_by__user")
    return {(row.indicator, row.year): row for row in rows}


def _tell(cluster_id: int, cells: list[Cell], by) -> list[Told]:
    known = _rows(cluster_id, cells)
    created, changed = [], []
    for cell in cells:
        row, typed = known.get((cell.indicator, cell.year)), clean_typed(cell.typed)
        if (row.typed if row else "") == typed or (row.version if row else 0) != cell.version:
            continue  # the same text twice is no clash and no change
        value = read_value(cell.indicator, typed)
        if row is None:
            created.append(
                YearFigure(
                    cluster_id=cluster_id,
                    indicator=cell.indicator,
                    year=cell.year,
                    typed=typed,
                    value=value,
                    changed_by=by,
                )
            )
        else:
            changed.append((row.pk, cell.version, typed, value))
    if created:
        YearFigure.objects.bulk_create(created, ignore_conflicts=True)
    kept = _change(changed, by) if changed else set()
    now = _rows(cluster_id, cells) if created or changed else known
    is_change = {(row.indicator, row.year) for row in created} | {cell for cell, row in now.items() if row.pk in kept}
    return [_outcome(cluster_id, cell, now.get((cell.indicator, cell.year)), is_change) for cell in cells]


def _outcome(cluster_id: int, cell: Cell, row: YearFigure | None, is_change: set) -> Told:
    typed = clean_typed(cell.typed)
    row = row or YearFigure(cluster_id=cluster_id, indicator=cell.indicator, year=cell.year, version=0)
    is_same = row.typed == typed
    return Told(row, not is_same, typed, is_same and (cell.indicator, cell.year) in is_change)


def _change(changed: list[tuple], by) -> set[int]:
    """Save new texts where the version still is the one they were based on; return the ids kept."""
    values = ", ".join(["(%s::bigint, %s::int, %s, %s::numeric)"] * len(changed))
    table = connection.ops.quote_name(YearFigure._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {table} as cell set typed = new.typed, value = new.value, version = cell.version + 1,"
            f" changed_by_id = %s, changed_at = statement_timestamp() from (values {values})"
            " as new (id, version, typed, value) where cell.id = new.id and cell.version = new.version"
            " returning cell.id",
            [by.pk, *(part for row in changed for part in row)],
        )
        return {row[0] for row in cursor.fetchall()}


def tell_registered_area(cluster: Cluster, year: int, *, by) -> None:
    """Fill the area of a year with the registered one where nobody has told it yet."""
    if cluster.area_km2 is None:
        return
    typed = format(cluster.area_km2.normalize(), "f")
    row, is_new = YearFigure.objects.get_or_create(
        cluster=cluster,
        indicator="area_km2",
        year=year,
        defaults={"typed": typed, "value": cluster.area_km2, "changed_by": by},
    )
    if not is_new:
        emptied = YearFigure.objects.filter(pk=row.pk, typed="")
        emptied.update(typed=typed, value=cluster.area_km2, version=F("version") + 1, changed_by=by, changed_at=Now())


def read_value(indicator: str, typed: str):
    """Return the exact reading of what was typed, or None when it cannot be read or kept."""
    if not typed:
        return None
    try:
        return read_figure(INDICATORS[indicator], typed)
    except Unreadable:
        return None
