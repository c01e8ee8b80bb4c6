"""Rows of the national list for tests, in the small country of tests/world.py."""

from itertools import count

from programmes.models import Programme
from recognitions.actions import sort_key
from recognitions.models import Recognition
from territories.models import Territory
from territories.search import tokens
from tests.factories import ClusterFactory
from tests.world import make_country

numbers = count(1)


def make_programme(*, sample: bool = False) -> Programme:
    """Return the national programme, or the one of the demonstration."""
    country = make_country()
    programme, _ = Programme.objects.get_or_create(
        code="demo" if sample else "national",
        defaults={
            "name": "示例项目" if sample else "国家项目",
            "name_en": "x",
            "owner": country["全国"],
            "sample": sample,
        },
    )
    return programme


def listed(
    name="山东省济南市历下区智能家电产业集群", *, province="山东省", county="历下区", industry="智能家电", **more
):
    """Return one recognition as load_reference writes it."""
    country = make_country()
    sample = more.pop("sample", False)
    fields = {
        "batch": 2024, "document_number": "工信部企业函〔2024〕267号", "validity_words": "三年", "source": "通告",
        "granted_for": f"row:{next(numbers)}",
    } | more  # fmt: skip
    return Recognition.objects.create(
        programme=make_programme(sample=sample),
        cluster=more.get("cluster") or ClusterFactory(name=f"{name}{next(numbers)}", lead=county, sample=sample),
        name=name,
        province=country[province],
        county_name=county,
        industry_words=industry,
        search_tokens=tokens(name, county, country[province].name, industry),
        sort_key=sort_key(country[province], name),
        sample=sample,
        **{key: value for key, value in fields.items() if key != "cluster"},
    )


def qingdao_is_in_shandong() -> None:
    """Say of the small country what load_reference says of the real one."""
    country = make_country()
    Territory.objects.filter(pk=country["青岛市"].pk).update(plan_separate_of=country["山东省"])
