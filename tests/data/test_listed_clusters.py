"""The 159 recognised clusters that are known, with what their sources leave open."""

from collections import Counter
from datetime import date

from django.apps import apps

from clusters.models import Cluster
from recognitions import loading
from recognitions.loading import batches_of
from recognitions.models import Recognition, RecognitionChange
from territories.loading import read_csv

REVERIFIED = {
    "北京市海淀区行业应用软件产业集群",
    "江苏省无锡市惠山区智能基础零部件制造产业集群",
    "浙江省湖州市吴兴区智能物流装备产业集群",
    "四川省成都市青羊区航空配套产业集群",
    "四川省成都市武侯区微波射频产业集群",
    "陕西省宝鸡市渭滨区钛及钛合金产业集群",
    "广西壮族自治区南宁市邕宁区铝精深加工产业集群",
    "浙江省东阳市磁性材料产业集群",
}


def row(name):
    return Recognition.objects.with_status().get(name=name)


def test_all_159_rows_are_real_and_none_is_confirmed_beyond_its_source():
    assert Recognition.objects.real().count() == 159
    assert Cluster.objects.filter(sample=False).count() == 159
    batches = Counter(Recognition.objects.real().values_list("batch", flat=True))
    assert batches == {2022: 58, None: 20, 2023: 23, 2024: 35, 2025: 23}


def test_an_open_batch_stays_empty_with_a_note_and_without_document_and_validity():
    notes = Counter(Recognition.objects.filter(batch=None).values_list("batch_note", flat=True))
    assert notes == {
        "2022 或 2023 批次，来源未写明": 12,
        "2022、2023 或 2024 批次，来源未写明": 3,
        "2022、2023、2024 或 2025 批次，来源未写明": 1,
        "2023 或 2024 批次，来源未写明": 4,
    }
    facts = Recognition.objects.filter(batch=None).values_list("document_number", "validity_words", "valid_to")
    assert set(facts) == {("", "", None)}


def test_document_numbers_stand_only_where_they_are_confirmed():
    found = Recognition.objects.filter(is_confirmed=True).exclude(batch=None).values_list("batch", "document_number")
    assert set(found) == {
        (2022, ""), (2023, "工信部企业函〔2023〕283号"), (2024, "工信部企业函〔2024〕267号"), (2025, ""),
    }  # fmt: skip


def test_rows_known_from_the_public_notice_only_are_unconfirmed_and_say_so():
    found = Recognition.objects.filter(is_confirmed=False)
    assert {one.county_name for one in found} == {
        "绍兴市上虞区", "泰安市肥城市", "扬州市邗江区", "常州市新北区", "沧州市盐山县", "沧州市南皮县", "苏州市吴江区",
    }  # fmt: skip
    assert all(one.document_number == "" and "公示阶段" in one.note for one in found)


def test_validity_is_kept_as_published_with_an_end_for_sorting():
    found = Recognition.objects.exclude(batch=None).values_list("batch", "validity_words", "valid_to")
    assert set(found) == {
        (2022, "2023年至2025年", date(2026, 1, 1)), (2023, "", None),
        (2024, "三年", date(2027, 9, 19)), (2025, "", None),
    }  # fmt: skip


def test_eight_are_re_verified_and_every_other_one_of_2022_is_unknown():
    status = {one.name: one.status for one in Recognition.objects.with_status()}
    may_be_2022 = {one["name"] for one in read_csv("national_clusters.csv") if 2022 in batches_of(one)}
    # The validity of 2022 ended with 2025; one whose batch is open has no end that is known.
    assert {name for name, word in status.items() if word == "past_reverified"} == REVERIFIED
    unknown = {name for name, word in status.items() if word in {"past_unknown", "result_unknown"}}
    assert unknown == may_be_2022 - REVERIFIED
    assert set(status.values()) == {"past_reverified", "past_unknown", "result_unknown", "valid"}
    assert RecognitionChange.objects.filter(kind="revoked").count() == 0
    assert all(RecognitionChange.objects.filter(kind="reverified").values_list("source", flat=True))


def test_the_recommending_authority_is_the_one_of_the_list():
    assert row("青岛市城阳区橡塑材料产业集群").province.name == "青岛市"
    assert row("新疆生产建设兵团阿拉尔市纺织原料生产及加工产业集群").province.name == "新疆生产建设兵团"
    assert row("山东省博兴县商用智能厨房设备产业集群").province.name == "山东省"
    for one in read_csv("national_clusters.csv"):
        assert row(one["name"]).province.name == one["province"]


def test_every_cluster_lies_under_its_recommending_authority():
    for recognition in Recognition.objects.select_related("province", "cluster"):
        assert recognition.cluster.path.startswith(f"national:cn/{recognition.province.code}/")


def test_town_level_clusters_are_led_by_their_city_and_keep_their_own_name():
    found = Recognition.objects.filter(county_name__in=["中山市小榄镇", "东莞市万江街道"]).values_list(
        "county_name", "cluster__lead__full_name"
    )
    assert dict(found) == {"中山市小榄镇": "广东省中山市", "东莞市万江街道": "广东省东莞市"}


def test_the_basis_of_a_name_is_said_where_it_is_not_verbatim():
    assert row("青岛市城阳区橡塑材料产业集群").note == "译自外文来源，正式名称可能不同"
    assert "据描述拟写" in row("河北省平乡县自行车童车产业集群").note
    assert row("河南省叶县尼龙材料产业集群").note == ""
    verbatim = [one["name"] for one in read_csv("national_clusters.csv") if one["name_basis"] == "verbatim"]
    assert all("名称" not in row(name).note for name in verbatim)


def test_every_row_names_its_source():
    sources = Recognition.objects.values_list("source", flat=True)
    assert all(sources)
    without_address = [source for source in sources if not source.startswith("http")]
    assert without_address == ["运营公司大事记文本（见于公开代码库，无网页地址）"]


def test_the_industry_class_is_not_guessed():
    assert set(Cluster.objects.filter(sample=False).values_list("industry_id", flat=True)) == {None}


def test_one_known_at_the_notice_of_re_verification_says_so_and_is_not_called_re_verified():
    found = row("山东省滕州市中小数控机床产业集群")
    assert found.status == "past_unknown"
    assert found.changes.get().note == "2025年复核公示名单列有本集群，未见正式结果"


def test_a_better_wording_replaces_the_old_one_in_its_row_and_the_old_one_stays_in_the_history():
    better, before = "山东省博兴县商用智能厨房设备产业集群", "山东省博兴县商用厨具产业集群"
    found = row(better)
    RecognitionChange.objects.filter(recognition=found, kind="corrected").delete()
    Recognition.objects.filter(pk=found.pk).update(name=before)
    Cluster.objects.filter(pk=found.cluster_id).update(name=before)
    assert [(one.added, one.changed) for one in loading.load()] == [(0, 1), (0, 1), (1, 0)]
    assert Recognition.objects.filter(county_name="滨州市博兴县").get().name == better
    for said in ("商用厨具", "shangyongchuju", "商用智能厨房"):
        assert [one.name for one in Recognition.objects.answering(said, [])] == [better]
    assert found.changes.get(kind="corrected").note == f"名称原作“{before}”，据后来的来源更正"
    assert row(better).status == "past_unknown"
    names = apps.get_model("clusters", "ClusterHistory").objects.filter(pgh_obj=found.cluster_id).order_by("pgh_id").values_list("name", flat=True)
    assert list(names)[-2:] == [before, better]
