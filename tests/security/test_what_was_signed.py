"""A mark in every fact of the register after submission: no page and no file of a case shows it as the case's own.

Allowed are the pages of the register itself, the line beside a case that says what is registered since, and the
history of the case.
"""

import io
import json
import re
import zipfile
from decimal import Decimal
from urllib.parse import unquote

from django.urls import reverse

from accounts.enums import Role
from applications.filters import MINISTRY_TABS, PROVINCE_TABS
from clusters.actions import register_cluster
from clusters.models import Cluster, Industry
from printing import reading as pdf_reading
from simulation.population import choose
from simulation.settings import Population
from territories.enums import NATIONAL_SCHEME, Level, UnitType
from territories.models import Placement, Territory
from tests.security.addresses import addresses
from tests.security.asking import ask, undone
from tests.security.world import ANONYMOUS

MARK, CODE = "改后某", "2643"
READERS = (ANONYMOUS, "county", "neighbour", "province", "ministry")
OF_THE_REGISTER = {"cluster", "cluster_change", "cluster_new"}
BESIDE = re.compile(r'<div class="note registered">.*?</div></div>|<section class="case-history".*?</section>', re.S)
ROW = re.compile(rb'<th scope="row"><a href="/applications/\d+/')
MY_CLUSTERS = re.compile(r'<section class="sheet" aria-labelledby="clusters-title">.*?</section>', re.S)


def place(code: str, name: str, path: str) -> Territory:
    made = Territory.objects.create(
        code=code, name=name, full_name=name, level=Level.COUNTY, unit_type=UnitType.FUNCTIONAL_ZONE
    )
    Placement.objects.create(scheme=NATIONAL_SCHEME, territory=made, path=path)
    return made


def mark_the_register(world) -> None:
    """Change every fact of the cluster of each case that was submitted, as its county can."""
    Industry.objects.create(code=CODE, name=f"{MARK}制造", level=4)
    lead = place("370102-z", f"{MARK}新区", "national:cn/370000/370100/370102/z/")
    further = place("370199", f"{MARK}县", "national:cn/370000/370100/370199/")
    for state, case in world.cases.items():
        if state == "draft":
            continue
        cluster = Cluster.objects.get(pk=case.cluster_id)
        cluster.name, cluster.niche, cluster.operator = (
            f"{MARK}{what}{case.pk}" for what in ("集群", "领域", "管委会")
        )
        cluster.industry_id, cluster.industry_words, cluster.lead = CODE, f"{MARK}产品", lead
        cluster.area_km2 = Decimal("61.5")
        register_cluster(cluster, further=[*cluster.further.all(), further], by=world.offices["county"])


def lists(world) -> list[tuple[str, str]]:
    """Return every tab, search and filter of the lists, and simulations that name cases."""
    found = []
    for call in (world.call.code, world.staged.code):
        found += [("desk", f"{reverse('desk')}?call={call}&tab={tab.key}") for tab in PROVINCE_TABS]
        found += [("ministry", f"{reverse('ministry')}?call={call}&tab={tab.key}") for tab in MINISTRY_TABS]
        for name in ("desk", "ministry"):
            found += [(name, f"{reverse(name)}?call={call}&tab=all&industry={CODE[:2]}")]
        question = f"call={call}&set.1.4=85"
        found += [("simulation", f"{reverse('simulation')}?{question}")]
        found += [("file", f"{reverse('simulation_download', args=[form])}?{question}") for form in ("csv", "xlsx")]
    return found


def words_of(answer) -> str:
    """Return everything an answer shows or names: headers, and the text that lies in its file."""
    kind, body = answer.headers.get("Content-Type", ""), answer.body
    if "spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            body = b"".join(file.read(name) for name in file.namelist())
    text = body.decode("utf-8", errors="replace")
    return text + unquote(json.dumps(dict(answer.headers), ensure_ascii=False))


def shows_the_mark(name: str, answer) -> bool:
    """Say whether a page or file shows what is registered, outside the places where it is named as such."""
    if answer.status_code != 200 or name in OF_THE_REGISTER:
        return False
    return MARK in MY_CLUSTERS.sub("", BESIDE.sub("", words_of(answer)))


def test_no_page_and_no_list_shows_what_was_registered_after_submission(world):
    with undone():
        mark_the_register(world)
        asked = [(one.name.split(":")[0], one.path) for one in addresses(world)] + lists(world)
        shown, opened = [], 0
        for who in READERS:
            client = world.client(who)
            for name, path in asked:
                answer = ask(client, "GET", path)
                opened += answer.status_code == 200
                if shows_the_mark(name, answer):
                    shown.append(f"{who} {path}")
        assert shown == []
        assert opened > 200


def test_what_is_registered_since_is_named_beside_every_case_and_found_by_no_search(world):
    with undone():
        mark_the_register(world)
        for who in ("county", "province", "ministry"):
            client = world.client(who)
            page = ask(client, "GET", world.cases["shortlisted"].get_absolute_url()).body.decode()
            beside = BESIDE.findall(page)
            assert len(beside) == 2
            for words in ("集群", "领域", "管委会", "制造", "新区", "县"):
                assert all(f"{MARK}{words}" in part for part in beside), (who, words)
        for who, name in (("province", "desk"), ("ministry", "ministry")):
            address = f"{reverse(name)}?call={world.staged.code}&tab=all"
            rows = [
                ROW.findall(ask(world.client(who), "GET", address + more).body)
                for more in ("", f"&q={MARK}", "&q=智能家电")
            ]
            assert [len(found) for found in rows] == [3, 0, 3]


def test_no_file_of_a_case_shows_what_was_registered_but_where_it_is_named(world):
    with undone():
        mark_the_register(world)
        for who in ("county", "province", "ministry"):
            client = world.client(who)
            for form in ("json", "pdf"):
                path = reverse("application_packet", args=[world.cases["recognised"].pk, form])
                answer = ask(client, "POST", path)
                assert answer.status_code == 200
                assert MARK not in unquote(json.dumps(dict(answer.headers), ensure_ascii=False))
                content = answer.body if form == "json" else pdf_reading.attached(answer.body, "packet.json")
                packet = json.loads(content)
                assert MARK in json.dumps(packet.pop("register"), ensure_ascii=False)
                assert MARK not in json.dumps(packet, ensure_ascii=False)


def test_a_simulation_counts_by_the_industry_that_was_signed(world):
    with undone():
        mark_the_register(world)
        officer = world.offices["ministry"]
        asked = {"programme": world.staged.programme.code}
        found = [choose(Population(industries=(code,), **asked), officer).size for code in (CODE, "3951")]
        assert found == [0, choose(Population(**asked), officer).size]
        assert found[1] > 0
        assert officer.role == Role.MINISTRY
