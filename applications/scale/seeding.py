"""Write many applications with everything that hangs on them, a block at a time.

Clusters, applications, snapshots, opinions, notices and recognitions go through COPY. Projections and
findings are copied once for each set of figures and then taken over inside the database, so that a
million findings are neither sent nor compressed a million times. Every constraint stays on; only the
row history of pghistory is left out, because nothing was ever different.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction

from applications.enums import Decision, State
from applications.models import Application, NoticeEntry, Opinion, Screening, SignedFacts, Snapshot
from applications.scale.copying import Copied, ids_of, take_ids, text
from applications.scale.figure_sets import CLUSTER, SETS, areas
from applications.scale.plan import (
    APPLICATIONS_PER_CLUSTER,
    LEVEL,
    Lead,
    Plan,
    States,
    call_index_of,
    moment,
    search_tokens,
    sort_key,
)
from applications.scale.prepared import TAKE_OVER_PROJECTIONS, TAKE_OVER_SCREENINGS, history_triggers, prepare_sets
from applications.snapshots import canonical
from clusters.models import Cluster
from programmes.models import Call
from recognitions.models import Recognition
from rulebook import ENGINE_VERSION, projection

BLOCK = 20_000  # applications a transaction: what is checked at its end fits in memory
RELEASED = frozenset({State.DECLINED, State.IN_PUBLIC_NOTICE, State.RECOGNISED})
IN_A_NOTICE = frozenset({State.IN_PUBLIC_NOTICE, State.RECOGNISED})
# What each level decided before the state was reached: (level, decision), in order.
DECISIONS = {
    State.RETURNED: [("province", Decision.SEND_BACK)],
    State.NOT_RECOMMENDED: [("province", Decision.DO_NOT_RECOMMEND)],
    State.DISQUALIFIED: [("province", Decision.DISQUALIFY)],
    State.RECOMMENDED: [("province", Decision.RECOMMEND)],
    State.DECLINED: [("province", Decision.RECOMMEND), ("ministry", Decision.DECLINE)],
    State.SHORTLISTED: [("province", Decision.RECOMMEND), ("ministry", Decision.SHORTLIST)],
    State.IN_PUBLIC_NOTICE: [("province", Decision.RECOMMEND), ("ministry", Decision.SHORTLIST)],
    State.RECOGNISED: [
        ("province", Decision.RECOMMEND), ("ministry", Decision.SHORTLIST), ("ministry", Decision.RECOGNISE),
    ],
}  # fmt: skip
WORDS = {
    Decision.SEND_BACK: "请核对研发经费口径。", Decision.DO_NOT_RECOMMEND: "名额有限，择优推荐其他集群。",
    Decision.DISQUALIFY: "经核实存在不实申报。", Decision.DECLINE: "择优认定，本次不列入公示。",
}  # fmt: skip
REASONS = {
    Decision.SEND_BACK: ["figure_unclear"], Decision.DO_NOT_RECOMMEND: ["beyond_quota"],
    Decision.DISQUALIFY: ["false_statement"], Decision.DECLINE: ["other"],
}  # fmt: skip


# The columns of each table as they are sent.
CLUSTER_COLUMNS = (
    "id name lead_id path industry_words niche area_km2 operator sample origin search_tokens version registered_at"
)
APPLICATION_COLUMNS = (
    "id call_id kind cluster_id path province_id state at_level version snapshot_id screening_id submitted_at "
    "came_back due_at released_at opened_at"
)
FACTS_COLUMNS = (
    "snapshot_id name lead_code lead_name lead_full_name further industry_code industry_name niche operator "
    "search_tokens"
)
SNAPSHOT_COLUMNS = "id application_id number content digest rule_set_id form_version_id key submitted_at"
OPINION_COLUMNS = (
    "id application_id level office_id decision reasons words due_at snapshot_id screening_id replaces_id key made_at"
)
ENTRY_COLUMNS = "notice_id application_id outcome words recorded_at"
RECOGNITION_COLUMNS = (
    "programme_id cluster_id name province_id county_name industry_words batch batch_note document_number "
    "validity_words valid_from valid_to is_confirmed note source search_tokens sort_key sample granted_for granted_at"
)


@dataclass(frozen=True)
class OneCluster:
    """One cluster of the seed, with its frozen facts as text."""

    pk: int
    number: int
    lead: Lead
    words: str
    name: str
    operator: str
    tokens: list[str]
    facts: str


@dataclass(frozen=True)
class One:
    """One application that is being written."""

    pk: int
    snapshot: int
    screening: int
    number: int
    call: Call
    state: State


class Seed:
    """Everything that is being written, table by table."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.states = States(seed=11)
        self.areas = areas()
        self.contents = prepare_sets(plan.calls)
        self.opinion_ids = ids_of(Opinion)
        self.clusters = Copied(Cluster, CLUSTER_COLUMNS)
        self.applications = Copied(Application, APPLICATION_COLUMNS)
        self.snapshots = Copied(Snapshot, SNAPSHOT_COLUMNS)
        self.signed_facts = Copied(SignedFacts, FACTS_COLUMNS)
        self.of_sets = Copied("scale_row", "snapshot_id screening_id number call_id at")
        self.opinions = Copied(Opinion, OPINION_COLUMNS)
        self.entries = Copied(NoticeEntry, ENTRY_COLUMNS)
        self.recognitions = Copied(Recognition, RECOGNITION_COLUMNS)

    # --- One block --------------------------------------------------------------------------

    def write(self, first: int, count: int) -> None:
        """Write so many applications, beginning with this number, in one transaction."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set local synchronous_commit = off")
            cursor.execute("select set_config('pgtrigger.ignore', %s, true)", [history_triggers()])
            clusters = {one.number: one for one in self._clusters(first, count)}
            self._applications(first, count, clusters)
            for copied in (self.clusters, self.applications, self.snapshots, self.signed_facts, self.of_sets):
                copied.send()
            cursor.execute(TAKE_OVER_SCREENINGS, [ENGINE_VERSION])
            cursor.execute(TAKE_OVER_PROJECTIONS, [projection.FORMAT])
            cursor.execute("truncate scale_row")
            for copied in (self.opinions, self.entries, self.recognitions):
                copied.send()

    def _clusters(self, first: int, count: int) -> Iterator[OneCluster]:
        numbers = range(first // APPLICATIONS_PER_CLUSTER, -(-(first + count) // APPLICATIONS_PER_CLUSTER))
        for number, pk in zip(numbers, take_ids(Cluster, len(numbers)), strict=True):
            lead, words, name = self.plan.cluster(number)
            area, operator = self.areas[number % SETS], f"{lead.name}{words}产业集群管委会"
            facts = {
                "name": name, "lead": {"code": lead.code, "name": lead.full_name}, "further": [],
                "industry": {"code": "", "name": ""}, "niche": words, "area_km2": f"{area.normalize():f}",
                "operator": operator,
            }  # fmt: skip
            found_by = search_tokens(lead, words)
            self.clusters.add(
                pk, name, lead.pk, lead.path, words, words, area, operator, True, f"scale:{number}",
                found_by, 1, self.plan.calls[0].opens_at,
            )  # fmt: skip
            yield OneCluster(pk, number, lead, words, name, operator, found_by, canonical(facts))

    def _applications(self, first: int, count: int, clusters: dict[int, OneCluster]) -> None:
        ids = take_ids(Application, count)
        snapshots, screenings = take_ids(Snapshot, count), take_ids(Screening, count)
        for step in range(count):
            cluster_number, turn = divmod(first + step, APPLICATIONS_PER_CLUSTER)
            index = call_index_of(first + step)
            state = self.states.next(index, is_last_of_cluster=turn == APPLICATIONS_PER_CLUSTER - 1)
            one = One(ids[step], snapshots[step], screenings[step], first + step, self.plan.calls[index], State(state))
            self._application(one, clusters[cluster_number])

    def _application(self, one: One, cluster: OneCluster) -> None:
        at = text(moment(one.call, one.number))
        has_snapshot = one.state != State.DRAFT
        frozen = (one.snapshot, one.screening, at) if has_snapshot else (None, None, None)
        notice = self.plan.notices[one.call.pk]
        self.applications.add(
            one.pk, one.call.pk, "recognition", cluster.pk, cluster.lead.path, cluster.lead.province_id, str(one.state),
            str(LEVEL.get(one.state, "ministry")), 1 + len(DECISIONS.get(one.state, ())), *frozen, False,
            self.plan.now + timedelta(days=20) if one.state == State.RETURNED else None,
            notice.starts_at if one.state in RELEASED else None, one.call.opens_at,
        )  # fmt: skip
        if not has_snapshot:
            return
        content = self.contents[one.call.pk, cluster.number % SETS].replace(CLUSTER, cluster.facts, 1)
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.snapshots.add(
            one.snapshot, one.pk, 1, content.replace("\\", "\\\\"), digest, one.call.rule_set_id,
            one.call.form_version_id, f"5ca1e001-0000-4000-8000-{one.pk:012x}", at,
        )  # fmt: skip
        lead = cluster.lead
        self.signed_facts.add(
            one.snapshot, cluster.name, lead.code, lead.name, lead.full_name, [], "", "", cluster.words,
            cluster.operator, cluster.tokens,
        )  # fmt: skip
        self.of_sets.add(one.snapshot, one.screening, cluster.number % SETS, one.call.pk, at)
        self._opinions(one, cluster, at)
        if one.state in IN_A_NOTICE:
            outcome = "none" if one.state == State.RECOGNISED else ""
            self.entries.add(notice.pk, one.pk, outcome, "", notice.ends_at if outcome else None)
        if one.state == State.RECOGNISED:
            self._recognition(one, cluster)

    def _opinions(self, one: One, cluster: OneCluster, at: str) -> None:
        given = DECISIONS.get(one.state, ())
        before: dict[str, int] = {}
        for number, (level, decision) in enumerate(given):
            pk = next(self.opinion_ids)
            office = self.plan.officer if level == "ministry" else self.plan.reviewers[cluster.lead.province_id]
            due_at = self.plan.now + timedelta(days=20) if decision == Decision.SEND_BACK else None
            self.opinions.add(
                pk, one.pk, level, office, str(decision), REASONS.get(decision, []), WORDS.get(decision, ""), due_at,
                one.snapshot, one.screening, before.get(level), f"5ca1e002-{number:04x}-4000-8000-{one.pk:012x}", at,
            )  # fmt: skip
            before[level] = pk

    def _recognition(self, one: One, cluster: OneCluster) -> None:
        year, lead = one.call.year, cluster.lead
        province = self.plan.provinces[lead.province_id]
        self.recognitions.add(
            self.plan.programme.pk, cluster.pk, cluster.name, province.pk, lead.name,
            cluster.words, year, "", f"规模测试函〔{year}〕1号", "", date(year, 11, 1), date(year + 3, 11, 1), True,
            "", "",
            search_tokens(lead, cluster.words, province.name), sort_key(province, lead, cluster.words), True,
            f"application:{one.pk}", self.plan.notices[one.call.pk].ends_at,
        )  # fmt: skip
