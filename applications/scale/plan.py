"""What the seed consists of: its programme and calls, its clusters, and the state of each application."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property

from django.utils import timezone

from accounts.enums import Role
from accounts.models import Office, User
from applications.demo.calls import beginning_of, database_now
from applications.enums import AtLevel, State
from applications.models import PublicNotice
from programmes.loading import FORM, RULES, deadline, quotas
from programmes.models import Call, CallKind, FormVersion, Programme, RuleSet
from territories.enums import NATIONAL_SCHEME, Level
from territories.models import Placement, Territory
from territories.search import pinyin, tokens, tokens_within

PROGRAMME = "scale"
CALLS = 12
SUFFIX = "产业集群"
APPLICATIONS_PER_CLUSTER = 10
WORDS = (
    "锻件", "轴承", "阀门", "泵业", "电线电缆", "电动工具", "小家电", "智能家电", "锂电材料", "光伏配件",
    "传感器", "连接器", "模具", "紧固件", "汽车零部件", "工程机械配件", "农机", "纺织", "针织", "童装",
    "羊绒", "箱包", "鞋材", "家具", "陶瓷", "玻璃", "铝材", "铜材", "不锈钢制品", "工业陶瓷",
    "橡胶制品", "塑料制品", "精细化工", "化妆品", "中药", "医疗器械", "食品", "果蔬加工", "水产加工", "乳制品",
    "茶业", "纸制品", "印刷包装", "文具", "玩具", "眼镜", "灯具", "卫浴", "五金", "锁具",
    "机器人", "仪器仪表", "软件", "芯片设计", "光电", "通信器件", "无人机", "新材料", "环保装备", "再生资源",
)  # fmt: skip

# Shares of the states, in per mille: calls that are over, and the last one, which is under way.
ENDED = {State.DECLINED: 130, State.NOT_RECOMMENDED: 730, State.WITHDRAWN: 110, State.DISQUALIFIED: 30}
WON = 0.95  # of the clusters whose last application lies in a call that is over
RUNNING = {
    State.DRAFT: 120, State.SUBMITTED: 420, State.RETURNED: 90, State.WITHDRAWN: 50, State.NOT_RECOMMENDED: 170,
    State.RECOMMENDED: 90, State.SHORTLISTED: 15, State.DECLINED: 20, State.IN_PUBLIC_NOTICE: 15,
    State.DISQUALIFIED: 10,
}  # fmt: skip
LEVEL = {
    State.DRAFT: AtLevel.COUNTY, State.WITHDRAWN: AtLevel.COUNTY, State.RETURNED: AtLevel.COUNTY,
    State.SUBMITTED: AtLevel.PROVINCE, State.NOT_RECOMMENDED: AtLevel.PROVINCE, State.DISQUALIFIED: AtLevel.PROVINCE,
}  # fmt: skip


@dataclass(frozen=True)
class Lead:
    """One county with what every cluster it leads repeats."""

    pk: int
    code: str
    name: str
    full_name: str
    path: str
    province_id: int


class Plan:
    """The rows that everything else hangs on; made once for a seed."""

    def __init__(self):
        self.now = database_now()
        self.calls = [self._call(year) for year in self._years()]
        self.notices = {call.pk: self._notice(call) for call in self.calls}
        self.provinces = {place.pk: place for place in Territory.objects.filter(recommends=True)}
        self.reviewers = {pk: self._office(Role.PROVINCE, place).pk for pk, place in self.provinces.items()}
        self.officer = self._office(Role.MINISTRY, Territory.objects.get(level=Level.NATION)).pk

    def _years(self) -> range:
        last = timezone.localtime(self.now).year
        return range(last - CALLS + 1, last + 1)

    @cached_property
    def programme(self) -> Programme:
        """The programme of the seed; a sample, never among the real ones."""
        nation = Territory.objects.get(level=Level.NATION)
        words = {"name": "规模测试（示例）", "name_en": "Measurements (sample)", "owner": nation, "sample": True}
        return Programme.objects.get_or_create(code=PROGRAMME, defaults=words)[0]

    def _call(self, year: int) -> Call:
        is_last = year == timezone.localtime(self.now).year
        call = Call.objects.create(
            programme=self.programme,
            code=f"{PROGRAMME}-{year}",
            year=year,
            opens_at=beginning_of(date(year, 1, 1)),
            rule_set=RuleSet.objects.filter(code=RULES).order_by("-id")[0],
            form_version=FormVersion.objects.get(code=FORM),
            ministry_stage_opened_at=self.now - timedelta(hours=1) if is_last else beginning_of(date(year, 8, 1)),
        )
        CallKind.objects.create(call=call, kind="recognition")
        deadline(call, beginning_of(date(year + 2 if is_last else year, 1 if is_last else 8, 1))).save()
        for quota in quotas(call, None, None):
            quota.save()
        return call

    def _notice(self, call: Call) -> PublicNotice:
        starts_on = timezone.localdate(self.now) if call.year == self._years()[-1] else date(call.year, 9, 8)
        ends_on = starts_on + timedelta(days=6)
        return PublicNotice.objects.create(
            call=call,
            document_number=f"规模测试〔{call.year}〕1号",
            starts_on=starts_on,
            working_days=5,
            ends_on=ends_on,
            starts_at=beginning_of(starts_on),
            ends_at=beginning_of(ends_on + timedelta(days=1)),
            key=f"5ca1e000-0000-4000-8000-{call.year:012d}",
        )

    def _office(self, role: Role, place: Territory) -> Office:
        email = f"{role}.{place.code}@scale.example"
        user, _is_new = User.objects.get_or_create(
            email=email, defaults={"name": f"{place.name}（规模测试）", "is_demo": True, "is_active": False}
        )
        return Office.objects.get_or_create(user=user, role=role, authority=place)[0]

    @cached_property
    def leads(self) -> list[Lead]:
        """Every county, in the order of its code, with the authority that recommends for it."""
        placed = Placement.objects.filter(scheme=NATIONAL_SCHEME).select_related("territory")
        by_path = {place.path: place.territory for place in placed}
        recommending = {path: place.pk for path, place in by_path.items() if place.recommends}
        found = []
        for path, place in by_path.items():
            if place.level != Level.COUNTY:
                continue
            own = next(recommending[path[:end]] for end in range(len(path)) if path[:end] in recommending)
            found.append(Lead(place.pk, place.code, place.name, place.full_name, path, own))
        return sorted(found, key=lambda lead: lead.code)

    def cluster(self, number: int) -> tuple[Lead, str, str]:
        """Return lead, words and name of the cluster with this number."""
        lead = self.leads[number % len(self.leads)]
        turn, kind = divmod(number // len(self.leads), len(WORDS))
        words = WORDS[(kind + number % len(self.leads)) % len(WORDS)]
        return lead, words, f"{lead.full_name}{words}{SUFFIX}{turn + 1}号（示例）"


class States:
    """A source of states: an application that won is the last one of its cluster."""

    def __init__(self, seed: int):
        self._chosen = random.Random(seed)

    def next(self, call_index: int, *, is_last_of_cluster: bool) -> str:
        """Return a state for the next application of a call."""
        if call_index == CALLS - 1:
            shares = RUNNING
        elif is_last_of_cluster and self._chosen.random() < WON:
            return str(State.RECOGNISED)
        else:
            shares = ENDED
        return str(self._chosen.choices(list(shares), list(shares.values()))[0])


def call_index_of(number: int) -> int:
    """Return in which call the application with this number stands: its cluster applies ten years running."""
    cluster, turn = divmod(number, APPLICATIONS_PER_CLUSTER)
    return turn + (2 if cluster % 2 == 0 else 1)


@cache
def _of_place(full_name: str) -> frozenset[str]:
    return frozenset(tokens(places=[full_name]))


@cache
def _of_words(word: str) -> frozenset[str]:
    return frozenset(tokens_within(word))


def search_tokens(lead: Lead, words: str, *more: str) -> list[str]:
    """Return the tokens by which a cluster of the seed is found, from parts that many share."""
    parts = [_of_place(lead.full_name), *(_of_words(part) for part in (lead.name, words, SUFFIX, *more))]
    return [*frozenset().union(*parts), lead.full_name[-1] + words[0], words[-1] + SUFFIX[0]]


_pinyin = cache(pinyin)


def sort_key(authority: Territory, lead: Lead, words: str) -> str:
    """Return how a recognised cluster of the seed is ordered in the list."""
    return f"{authority.code} {_pinyin(lead.full_name)}{_pinyin(words)}"[:80]


def moment(call: Call, number: int) -> datetime:
    """Return when an application of a call was submitted: spread over half a year."""
    return call.opens_at + timedelta(minutes=(number * 7_919) % 250_000)
