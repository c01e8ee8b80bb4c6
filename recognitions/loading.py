"""Recognised clusters from data/national_clusters.csv, with what the sources leave open left open.

An open batch stays empty with a note, a document number is kept only where it is confirmed, a
re-verification result only where a source names the cluster (model, Real data without invention).
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from clusters.loading import load_listed
from clusters.models import Cluster
from programmes.models import Programme
from recognitions.actions import sort_key
from recognitions.enums import Change
from recognitions.models import Recognition, RecognitionChange
from territories.enums import NATIONAL_SCHEME, Level
from territories.loading import read_csv
from territories.models import Placement, Territory
from territories.naming import written
from territories.search import tokens_within
from territories.upkeep import DataRefused, Outcome, bring_up_to_date

REVERIFIED_BATCH = 2022
# A town-level unit has no row among the divisions: the city that has no counties leads (data/README.md).
TOWNS = {"小榄镇": "中山市", "万江街道": "东莞市"}
NAME_BASIS = {
    "verbatim": "",
    "province prefix added": "名称前的省、市为补写",
    "short form": "来源为简称，省、市和“产业集群”为补写，正式名称可能略有不同",
    "source describes": "来源未印出名称，据描述拟写，正式名称可能不同",
    "translated": "译自外文来源，正式名称可能不同",
}
# Not part of what was decided: these follow the program, in rows that otherwise never change.
HOW_IT_IS_FOUND = {"county_name", "search_tokens", "sort_key"}
UNCONFIRMED = "来源处于公示阶段，未见认定结果"
PASSED = "2025年11月公布通过复核，来源点名"
IN_NOTICE = "2025年复核公示名单列有本集群，未见正式结果"
NOT_NAMED = "2025年复核中100个有97个通过，来源未点名本集群"
NOT_NAMED_AND_OPEN = "如属2022批次，则2025年复核中来源未点名本集群"
NO_ADDRESS = "运营公司大事记文本（见于公开代码库，无网页地址）"


def load() -> list[Outcome]:
    """Bring clusters, recognitions and their changes up to date; returns what became of each table."""
    listed = read_csv("national_clusters.csv")
    places = Map.of_the_nation()
    clusters = load_listed(_clusters(listed, places))
    fields = (
        "programme_id", "cluster_id", "name", "province_id", "county_name", "industry_words", "batch", "batch_note",
        "document_number", "validity_words", "valid_from", "valid_to", "is_confirmed", "note", "source", "sample",
        "search_tokens", "sort_key",
    )  # fmt: skip
    recognitions = bring_up_to_date(
        _recognitions(listed, places), key=("granted_for",), fields=fields, may_mend=partial(_may_mend, fields)
    )
    changes = bring_up_to_date(_changes(listed), key=("key",), fields=("recognition_id", "kind", "note", "source"))
    return [clusters, recognitions, changes]


def _may_mend(fields: tuple[str, ...], old: Recognition, new: Recognition) -> bool:
    """Say whether a stored row may read otherwise: how it is found and its place written, or a better wording."""
    differing = {name for name in fields if getattr(old, name) != getattr(new, name)}
    is_renamed = old.name != new.name and renamed().get(new.name, {}).get("before") == old.name
    return is_renamed or differing <= HOW_IT_IS_FOUND


def key_of(name: str) -> str:
    """Return under which key a row of the list is kept: the first wording of its name that was loaded.

    A better wording replaces the old one in its row, which stays in the history (`renamed_clusters.csv`).
    """
    return f"list:{renamed().get(name, {'before': name})['before']}"


@cache
def renamed() -> dict[str, dict[str, str]]:
    """Return the rows whose wording became better, by the name of today."""
    return {row["name"]: row for row in read_csv("renamed_clusters.csv")}


@dataclass(frozen=True)
class Map:
    """What a row of the list is looked up in: who recommends, what lies where."""

    authorities: dict[str, Territory]
    counties: dict[str, list[Territory]]
    paths: dict[int, str]

    @classmethod
    def of_the_nation(cls) -> "Map":
        """Return the map of the national scheme."""
        counties: dict[str, list[Territory]] = {}
        for territory in Territory.objects.filter(level=Level.COUNTY):
            counties.setdefault(territory.name, []).append(territory)
        placements = Placement.objects.filter(scheme=NATIONAL_SCHEME)
        return cls(
            {territory.name: territory for territory in Territory.objects.filter(recommends=True)},
            counties,
            dict(placements.values_list("territory_id", "path")),
        )

    def lead_of(self, row: dict) -> Territory:
        """Return the county of a row: by name, under the authority that the list names."""
        authority = self.paths[self.authorities[row["province"]].pk]
        named = self.counties.get(TOWNS.get(row["county"], row["county"]), [])
        under = [territory for territory in named if self.paths[territory.pk].startswith(authority)]
        if len(under) > 1:  # two districts of one name: the name of the cluster names the city
            under = [territory for territory in under if row["name"].startswith(territory.full_name)]
        if len(under) != 1:
            raise DataRefused(
                f"national_clusters.csv: no single county {row['province']} {row['county']} for {row['name']}. "
                "Correct the row, or add the county to counties.csv."
            )
        return under[0]


def _clusters(listed: list[dict], places: Map) -> list[Cluster]:
    return [
        Cluster(
            name=row["name"],
            lead=(lead := places.lead_of(row)),
            path=places.paths[lead.pk],
            industry_words=row["dominant_industry_text"],
            origin=key_of(row["name"]),
        )
        for row in listed
    ]


def _recognitions(listed: list[dict], places: Map) -> list[Recognition]:
    programme = Programme.objects.get(code="national")
    clusters = {cluster.origin: cluster for cluster in Cluster.objects.filter(origin__startswith=key_of(""))}
    batches = {int(row["batch"]): row for row in read_csv("recognition_batches.csv")}
    remarks = {row["name"]: row["remark"] for row in read_csv("recognition_remarks.csv")}
    return [_recognition(row, programme, clusters[key_of(row["name"])], places, batches, remarks) for row in listed]


def _recognition(row: dict, programme, cluster, places: Map, batches: dict, remarks: dict) -> Recognition:
    province, facts = places.authorities[row["province"]], _facts_of_batch(row, batches)
    return Recognition(
        programme=programme,
        cluster=cluster,
        name=row["name"],
        province=province,
        county_name=_place(row, places),
        industry_words=row["dominant_industry_text"],
        is_confirmed=row["confidence"] == "confirmed",
        note=_note(row, remarks.get(row["name"], "")),
        source=row["source_url"] if row["source_url"].startswith("http") else NO_ADDRESS,
        search_tokens=_tokens(row, places, facts.get("document_number", "")),
        sort_key=sort_key(province, row["name"]),
        granted_for=key_of(row["name"]),
        **facts,
    )


def _place(row: dict, places: Map) -> str:
    """Return the place as the list names it, with its city before it where there is one above it."""
    lead, county = places.lead_of(row), row["county"]
    place = written(lead.full_name)
    place = place if place.endswith(county) else place + county  # a town is no division: 中山市小榄镇
    return place.removeprefix(row["province"])


def _tokens(row: dict, places: Map, number: str) -> list[str]:
    lies_in = [places.authorities[row["province"]].full_name, places.lead_of(row).full_name]
    before = renamed().get(row["name"], {}).get("before", "")
    return tokens_within(row["name"], before, row["county"], row["dominant_industry_text"], number, places=lies_in)


def batches_of(row: dict) -> list[int]:
    """Return every batch a row may belong to; more than one when its source does not say."""
    return [int(year) for year in row["batch_year"].split("/")]


def _facts_of_batch(row: dict, batches: dict[int, dict]) -> dict:
    possible = batches_of(row)
    if len(possible) > 1:
        words = "、".join(map(str, possible[:-1])) + f" 或 {possible[-1]} 批次，来源未写明"
        return {"batch": None, "batch_note": words}
    known = batches[possible[0]]
    is_confirmed = row["confidence"] == "confirmed"
    return {
        "batch": possible[0],
        "document_number": known["document_number"] if is_confirmed else "",
        "validity_words": known["validity_words"],
        "valid_from": _day(known["valid_from"]),
        "valid_to": _day(known["valid_to"]),
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _note(row: dict, remark: str) -> str:
    basis = next(words for beginning, words in NAME_BASIS.items() if row["name_basis"].startswith(beginning))
    doubt = "" if row["confidence"] == "confirmed" else UNCONFIRMED
    return "；".join(filter(None, (doubt, basis, remark)))


def _changes(listed: list[dict]) -> list[RecognitionChange]:
    granted = {row.granted_for: row for row in Recognition.objects.filter(granted_for__startswith=key_of(""))}
    passed = {row["name"]: row for row in read_csv("reverified_2025.csv")}
    changes = [
        RecognitionChange(
            recognition=granted[key_of(name)], kind=Change.CORRECTED, key=f"{key_of(name)}:name:{name}"[:80],
            note=f"名称原作“{row['before']}”，据后来的来源更正", source=row["source"],
        )
        for name, row in renamed().items()
    ]  # fmt: skip
    for row in listed:
        if REVERIFIED_BATCH not in batches_of(row):
            continue
        recognition = granted[key_of(row["name"])]
        change = RecognitionChange(recognition=recognition, key=f"{recognition.granted_for}:2025")
        told = passed.get(row["name"], {"stage": "", "source": ""})
        change.source = told["source"]
        if told["stage"] == "announced":
            change.kind, change.note = Change.REVERIFIED, PASSED
        else:
            not_named = NOT_NAMED if recognition.batch else NOT_NAMED_AND_OPEN
            change.kind, change.note = Change.RESULT_UNKNOWN, IN_NOTICE if told["stage"] == "notice" else not_named
        changes.append(change)
    return changes
