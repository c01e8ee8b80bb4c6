"""Places, industries and clusters are found by characters, pinyin, initials and codes."""

import re
from importlib import import_module
from itertools import permutations

import pytest
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.filters import Filters
from applications.forms.waivers import WaiverForm
from applications.models import Application, SignedFacts
from clusters.actions import search_words
from clusters.finding import counties, industries
from clusters.models import Cluster, Industry
from portal.rows import page_of
from programmes.models import Call
from recognitions.industries import alike
from recognitions.models import Recognition
from territories.models import Territory
from territories.naming import levels, without_places
from territories.search import (
    bordered,
    divisions_named,
    matching,
    nearest,
    pinyin,
    slips,
    syllables,
    tokens_within,
)
from tests.applications.pages import browser
from tests.factories import ClusterFactory, OfficeFactory
from tests.situations import province_of, recognised
from tests.world import make_call


def places(query):
    found = matching(Territory.objects.all(), query, fields=("name", "full_name"))
    return set(found.values_list("full_name", flat=True))


def test_the_official_spelling_of_陕西_finds_it():
    for said in ("shaanxi", "Shaanxi Xi'an Yanta", "shaan xi"):
        assert "陕西省西安市雁塔区" in places(said)


@pytest.mark.parametrize("query", ["shanxian", "sx 单县", "单县", "菏泽市单县"])
def test_shan_county_is_found_by_its_right_reading(query):
    assert "山东省菏泽市单县" in places(query)


def test_shan_county_is_not_found_by_the_wrong_reading():
    assert "山东省菏泽市单县" not in places("danxian")


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("乐清市", "yueqingshi"), ("蚌埠市", "bengbushi"), ("六安市", "luanshi"), ("六合区", "luhequ"),
        ("台州市", "taizhoushi"), ("丽水市", "lishuishi"), ("铅山县", "yanshanxian"), ("大埔县", "dabuxian"),
        ("番禺区", "panyuqu"), ("东阿县", "dongexian"), ("歙县", "shexian"), ("黟县", "yixian"),
        ("亳州市", "bozhoushi"), ("尉氏县", "weishixian"), ("尉犁县", "yulixian"), ("浚县", "xunxian"),
        ("洪洞县", "hongtongxian"), ("繁峙县", "fanshixian"), ("荥阳市", "xingyangshi"), ("荥经县", "yingjingxian"),
        ("厦门市", "xiamenshi"), ("重庆市", "chongqingshi"), ("长子县", "zhangzixian"), ("长治市", "zhangzhishi"),
        ("长葛市", "changgeshi"), ("天长市", "tianchangshi"), ("会理市", "huilishi"), ("朝阳市", "chaoyangshi"),
        ("曾都区", "zengduqu"), ("盱眙县", "xuyixian"), ("枞阳县", "zongyangxian"), ("涡阳县", "guoyangxian"),
        ("砀山县", "dangshanxian"), ("莘县", "shenxian"), ("牟平区", "mupingqu"), ("中牟县", "zhongmuxian"),
        ("句容市", "jurongshi"), ("泌阳县", "biyangxian"), ("儋州市", "danzhoushi"), ("珲春市", "hunchunshi"),
        ("泊头市", "botoushi"), ("漯河市", "luoheshi"), ("什邡市", "shifangshi"), ("闵行区", "minhangqu"),
        ("马尾区", "maweiqu"), ("乐陵市", "laolingshi"), ("宕昌县", "tanchangxian"), ("崆峒区", "kongtongqu"),
    ],
)  # fmt: skip
def test_names_with_several_readings_are_read_as_the_place_is_called(name, reading):
    assert pinyin(name) == reading
    assert set(Territory.objects.filter(name=name).values_list("pinyin", flat=True)) == {reading}


def test_no_place_name_reads_a_capital_as_all():
    """都 at the end or in the middle of a place name is du, never dou."""
    read_wrongly = [one for one in Territory.objects.filter(name__contains="都") if "dou" in one.pinyin]
    assert [one.name for one in read_wrongly if not {"斗", "豆", "头"} & set(one.name)] == []


def test_words_inside_a_long_cluster_name_are_found():
    name = "山东省青岛市黄岛区智能家电产业集群"
    cluster = Cluster(name=name, lead=Territory.objects.get(code="370211"), industry_words="智能家电")
    cluster.search_tokens = search_words(cluster)
    cluster.save()
    for query in ("智能家电", "黄岛区", "zhinengjiadian", "znjd", "huangdao"):
        assert name in matching(Cluster.objects.all(), query, fields=("name",)).values_list("name", flat=True)
    assert not matching(Cluster.objects.all(), "智家电能", fields=("name",)).filter(pk=cluster.pk).exists()


@pytest.mark.parametrize("query", ["锂电材料", "lidian", "ldcl", "射洪", "shehong"])
def test_a_listed_cluster_is_found_by_place_and_industry(query):
    found = matching(Recognition.objects.all(), query, fields=("name", "county_name", "industry_words"))
    assert "四川省射洪市锂电材料产业集群" in found.values_list("name", flat=True)


@pytest.mark.parametrize("query", ["3841", "锂离子电池", "lilizi", "llzdc"])
def test_an_industry_is_found_by_code_name_pinyin_and_initials(query):
    assert matching(Industry.objects.all(), query, fields=("name",)).filter(code="3841").exists()


ASKED = [
    ("西安", "陕西省西安市雁塔区"), ("xian", "陕西省西安市雁塔区"), ("xi'an", "陕西省西安市雁塔区"), ("xi an", "陕西省西安市雁塔区"),
    ("忻州", "山西省忻州市定襄县"), ("xinzhou", "山西省忻州市定襄县"), ("qing dao", "山东省青岛市城阳区"),
    ("qd", "山东省青岛市城阳区"), ("成都青羊", "四川省成都市青羊区"), ("青羊 成都", "四川省成都市青羊区"),
    ("四川青羊", "四川省成都市青羊区"), ("chengdu qingyang", "四川省成都市青羊区"), ("qingyang chengdu", "四川省成都市青羊区"),
    ("chengduqingyang", "四川省成都市青羊区"), ("延边敦化", "吉林省延边朝鲜族自治州敦化市"),
    ("lvshunkou", "辽宁省大连市旅顺口区"), ("lüshunkou", "辽宁省大连市旅顺口区"), ("lushunkou", "辽宁省大连市旅顺口区"),
    ("lvliang", "山西省吕梁市离石区"), ("lüliang", "山西省吕梁市离石区"), ("luliang", "山西省吕梁市离石区"),
    ("lyuliang", "山西省吕梁市离石区"), ("lǚliáng", "山西省吕梁市离石区"), ("LǙ LIÁNG", "山西省吕梁市离石区"),
    ("luliang", "云南省曲靖市陆良县"), ("lueyang", "陕西省汉中市略阳县"), ("xī ān", "陕西省西安市雁塔区"),
    ("Xī’ān", "陕西省西安市雁塔区"), ("qīngdǎo", "山东省青岛市城阳区"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "full_name"), ASKED)
def test_the_chooser_finds_a_county_by_every_level_in_any_order_and_writing(query, full_name):
    divisions = Territory.objects.filter(full_name=full_name)
    assert full_name in matching(divisions, query, fields=("name", "full_name")).values_list("full_name", flat=True)


@pytest.mark.parametrize(("query", "full_name"), ASKED)
def test_the_public_list_finds_by_the_same_words(query, full_name):
    found = Recognition.objects.answering(query, []).values_list("cluster__lead__full_name", flat=True)
    has_one = Recognition.objects.filter(cluster__lead__full_name=full_name).exists()
    assert (full_name in found) == has_one


def test_letters_find_what_the_characters_find():
    def names(query):
        return set(Recognition.objects.answering(query, []).values_list("name", flat=True))

    assert names("西安") and names("西安") == names("xi'an") == names("xi an") <= names("xian")
    assert names("忻州") == names("xinzhou") == {"山西省定襄县法兰锻造产业集群"}


FITTING = [("西安", {"西安市"}), ("xian", {"西安市"}), ("shandong", {"山东省", "青岛市"}), ("yanta", {"雁塔区"})]


@pytest.mark.parametrize(("query", "names"), FITTING)
def test_what_lies_in_the_place_that_was_typed_comes_first(query, names):
    rows = list(Recognition.objects.answering(query, ["纤维材料"]).select_related("province").in_list_order(query))
    fits = [bool(names & {*levels(row.county_name), row.province.name}) for row in rows]
    others = [(row.sort_key, row.pk) for row in rows[sum(fits) :]]
    assert True in fits and fits == sorted(fits, reverse=True) == [row.fits for row in rows]
    assert bool(others) == (query == "xian") and others == sorted(others)


def test_a_place_fits_by_its_whole_name_only():
    rows = Recognition.objects.all()
    assert {row.county_name for row in rows.in_list_order("博兴县") if row.fits} == {"滨州市博兴县"}
    assert not any(row.fits for row in rows.in_list_order("兴县"))
    assert divisions_named("xi'an") == {"西安市", "西安区"} and divisions_named("西安区") == {"西安区"}


def test_the_pages_of_a_list_are_cut_from_what_fits_best_first():
    rows = Recognition.objects.answering("xian", ["纤维材料"])
    first, second = (page_of(rows, number, per_page=2, count=rows.count(), query="xian") for number in (1, 2))
    assert [row.fits for row in (*first, *second)] == [True, True, True, False]


@pytest.mark.parametrize(("query", "found", "missed"), [("hai yang", "海洋", "海外"), ("xi'an", "西安", "县")])
def test_a_border_typed_between_syllables_stands_in_what_is_found(query, found, missed):
    assert re.search(bordered(query), found)
    assert not re.search(bordered(query), missed)
    assert not bordered(query.replace(" ", "").replace("'", ""))


def test_the_ending_of_a_county_called_as_its_city_is_no_part_of_the_product():
    assert without_places("江西省吉安县视听设备产业集群", ["江西省吉安市吉安县"]) == "视听设备产业集群"
    assert "xian" not in tokens_within("江西省吉安县视听设备产业集群", places=["江西省吉安市吉安县"])


@pytest.mark.parametrize("query", ["267号", "〔2024〕267号", "工信部企业函〔2024〕267号", "2024 267"])
def test_a_listed_cluster_is_found_by_its_document_number(query):
    found = Recognition.objects.answering(query, [])
    assert set(found.values_list("document_number", flat=True)) == {"工信部企业函〔2024〕267号"}


@pytest.mark.parametrize(("query", "finds"), [("28号", 0), ("工信部企业函〔2023〕28号", 0), ("83号", 0), ("2023 28", 0),
                                              ("283", 20), ("工信部企业函(2023)283号", 20)])  # fmt: skip
def test_a_number_of_a_document_is_found_whole_and_never_in_a_longer_one(query, finds):
    assert Recognition.objects.answering(query, []).filter(document_number__contains="〔2023〕283号").count() == finds


def test_digits_that_only_the_tokens_have_find_by_their_beginning(db):
    Recognition.objects.filter(pk=(one := Recognition.objects.first()).pk).update(search_tokens=["38", "384"])
    assert Recognition.objects.answering("38", []).filter(pk=one.pk).exists()


def test_characters_of_two_places_of_a_name_are_no_answer():
    assert not places("济南青羊")


@pytest.mark.parametrize(("query", "word"), [("西按", "西安市"), ("qingdoa", "青岛市"), ("金属加具", "金属家具")])
def test_a_misspelt_word_gets_the_nearest_on_the_list_as_a_suggestion(client, query, word):
    page = client.get("/", {"q": query}).content.decode()
    assert "您要找的是不是" in page and f">{word}</a>" in page


def test_a_part_of_a_product_is_suggested_before_a_place_that_only_sounds_like_it(client):
    page = client.get("/", {"q": "传感气"}).content.decode()
    assert ">传感器</a>" in page and ">长安区</a>" not in page
    assert ">永兴县</a>" not in client.get("/", {"q": "tongxaing"}).content.decode()


def test_a_place_without_a_cluster_is_said_to_have_none_beside_the_count_of_where_it_lies(client):
    for query in ("桐乡", "桐乡市", "tongxiang", "tongxaing", "桐香"):
        page = client.get("/", {"q": query}).content.decode()
        assert "名单中没有浙江省嘉兴市桐乡市的集群" in page, query
        number = Recognition.objects.answering("浙江省", []).count()
        assert number and f">浙江省 {number} 个</a>" in page, query
    assert "名单中没有" not in client.get("/", {"q": "羊绒毯"}).content.decode()
    assert "名单中没有" not in client.get("/", {"q": "西按"}).content.decode()  # 西安 is on the list


def test_a_place_without_a_cluster_is_told_above_rows_that_only_sound_like_it(client):
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/", {"q": "lasa"}).content.decode()
    assert sum("territory" in one["sql"] and "full_name" in one["sql"] for one in queries) == 1
    assert "名单中没有西藏自治区拉萨市的集群" in page and "六安市舒城县" in page
    assert "名单中没有" not in client.get("/", {"q": "lasa", "province": "340000"}).content.decode()


def test_the_list_says_how_a_place_was_read_where_other_rows_follow(client):
    assert "按“西安市”理解" in client.get("/", {"q": "xian"}).content.decode()
    assert "西安市" in b"".join(client.get("/list.csv", {"q": "xian"})).decode().splitlines()[1]
    page = client.get("/", {"q": "xi'an"}).content.decode()
    assert "理解" not in page and "西安市雁塔区" in page and "名单中没有" not in page


def test_nothing_is_said_of_namesakes_of_a_place_whose_clusters_a_filter_hides(client):
    page = client.get("/", {"q": "西安", "batch": "2025"}).content.decode()
    assert "没有符合条件的集群" in page and "名单中没有" not in page


def test_characters_get_no_suggestion_that_shares_neither_one_of_them_nor_the_whole_sound(client):
    assert nearest("台湾", ["泰安市"], within=["泰安"]) == []
    assert nearest("西按", ["西安市"]) == ["西安市"] == nearest("溪案", ["西安市"]) and nearest("taiwan", ["泰安市"])
    page = client.get("/", {"q": "台湾"}).content.decode()
    assert "泰安市" not in page and "名单中没有" not in page


def test_the_fewest_wrong_letters_come_first():
    assert nearest("tongxaing", ["永兴县", "桐乡市"]) == ["桐乡市"]
    assert nearest("义务", ["义乌市", "永兴县"]) == ["义乌市"]
    assert nearest("chuanqanqi", ["长安区"], within=["智能传感器"]) == ["传感器"]
    assert slips("tongxaing", "tongxiang") == 1 == slips("xian", "xiang") and slips("", "abc") == 3


def test_the_chooser_answers_a_misspelt_county_with_the_nearest():
    assert "山东省济南市历下区" in {row.full_name for row in counties("历夏")}
    assert "4016" in {row.code for row in industries("水鳔")}


@pytest.mark.parametrize("query", ["西安", "xian", "xi'an"])
def test_the_chooser_shows_what_a_word_names_before_what_only_begins_so(query):
    first = [row.full_name for row in counties(query, near="370102")[:15]]
    assert sum(name.startswith("陕西省西安市") for name in first) == 13  # beside the two 西安区 of other cities


def test_two_neighbouring_levels_make_no_name_of_their_own():
    assert "山西省临汾市安泽县" not in places("西安") and "山西省临汾市安泽县" in places("山西安泽")


def test_a_misspelt_city_is_heard_too_and_what_sounds_otherwise_is_not_offered(client):
    assert {row.code[:4] for row in counties("西按")} >= {"6101"}
    assert ">河南省</a>" not in client.get("/", {"q": "沈羊"}).content.decode()


@pytest.mark.parametrize("query", ["lvhejin", "lühejin", "luhejin", "lǚhéjīn"])
def test_an_industry_is_found_however_its_vowel_is_typed(query):
    assert [row.code for row in industries(query)][:2] == [row.code for row in industries("铝合金")][:2]
    assert alike(query, ["铝合金型材", "轮胎"]) == ["铝合金型材"]


def test_a_waiver_is_never_placed_by_one_of_two_readings():
    form = WaiverForm(QueryDict("place=luliang"), call=Call.objects.filter(programme__code="national").latest("year"))
    form.is_valid()
    assert {"吕梁市", "陆良县"} <= {place.name for place in form.places_found}


FOUND = "山东省潍坊市高密市安全防护鞋产业集群"
PLACES_SAID = [("高密",), ("潍坊", "高密市"), ("潍坊市", "高密市"), ("山东", "潍坊", "高密")]
WORDS_SAID = [("防护鞋",), ("高密", "安全防护鞋"), ("潍坊", "高密", "安全防护鞋"), ("防护鞋", "高密")]


def as_typed(words):
    """Return the ways to type these words: Han, pinyin and initials, joined, spaced and mixed, in any order."""
    for said in permutations(words):
        read = [syllables(word) for word in said]
        initials = ["".join(part[0] for part in one) for one in read]
        yield from (" ".join(said), "".join(said), " ".join("".join(one) for one in read), " ".join(initials))
        yield from ("".join(part for one in read for part in one), " ".join(part for one in read for part in one))
        yield "".join(initials)
        yield from ("".join([*initials[:n], word, *initials[n + 1 :]]) for n, word in enumerate(said))


@pytest.fixture
def recognised_cluster():
    """Return a case whose cluster stands behind every door."""
    lead = Territory.objects.get(full_name="山东省潍坊市高密市")
    return recognised(make_call(), lead=lead, cluster=ClusterFactory(name=FOUND, lead=lead, niche="安全防护鞋"))


@pytest.mark.parametrize("words", [*PLACES_SAID, *WORDS_SAID], ids="".join)
def test_what_the_han_find_letters_find_at_every_door_joined_spaced_and_in_any_order(recognised_cluster, words):
    case, is_place = recognised_cluster, words in PLACES_SAID
    doors = {
        "desk and ministry": lambda query: Filters(q=query).narrow(Application.objects.filter(pk=case.pk)),
        "public list": lambda query: Recognition.objects.filter(cluster=case.cluster_id).answering(query, []),
        "register": lambda query: matching(Cluster.objects.filter(pk=case.cluster_id), query, fields=("name",)),
    }
    if is_place:
        lead = Territory.objects.filter(pk=case.cluster.lead_id)
        doors["chooser"] = lambda query: matching(lead, query, fields=("name", "full_name"))
    typed = sorted(set(as_typed(words)))
    assert [(door, query) for door, answers in doors.items() for query in typed if not answers(query).exists()] == []


@pytest.mark.parametrize("query", ["防护鞋", "fhx", "gmwf", "anquanfanghuxie gaomi"])
def test_desk_ministry_public_list_and_chooser_show_what_letters_find(recognised_cluster, query):
    case, asked = recognised_cluster, {"call": recognised_cluster.call.code, "tab": "all", "q": query}
    desk, ministry = (browser(office) for office in (province_of(case), OfficeFactory(ministry=True)))
    for client, address in ((desk, "desk"), (ministry, "ministry"), (desk, "national_list")):
        assert FOUND in client.get(reverse(address), asked).content.decode(), address
    assert query != "gmwf" or case.cluster.lead in counties(query)


def test_rows_kept_before_are_found_by_a_part_once_they_are_filled(recognised_cluster):
    for model in (SignedFacts, Cluster, Recognition):
        model.objects.filter(name=FOUND).update(search_tokens=["kept"])
    import_module("applications.migrations.0012_words_are_found_by_a_part").fill(apps, None)
    for model in (SignedFacts, Cluster, Recognition):
        assert {"kept", "fanghuxie", "gmwf", "fhxgm"} <= set(model.objects.get(name=FOUND).search_tokens)
