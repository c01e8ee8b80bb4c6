"""The smallest valid rows; a trait names a situation."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.enums import Role
from accounts.models import Office, User
from clusters.models import Cluster, Industry
from tests.world import make_country


class UserFactory(DjangoModelFactory):
    """A person who can sign in with the password `pass-word-1`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"张{n}")

    @classmethod
    def _create(cls, model_class, *args, **fields):
        return model_class.objects.create_user(password=fields.pop("password", "pass-word-1"), **fields)


class OfficeFactory(DjangoModelFactory):
    """A county manager of 历下区; `OfficeFactory(province=True)`, `authority="青岛市"` name others."""

    class Meta:
        model = Office

    class Params:
        county = factory.Trait(role=Role.COUNTY, authority="历下区")
        province = factory.Trait(role=Role.PROVINCE, authority="山东省")
        ministry = factory.Trait(role=Role.MINISTRY, authority="全国")

    user = factory.SubFactory(UserFactory)
    role = Role.COUNTY
    authority = "历下区"

    @classmethod
    def _create(cls, model_class, *args, **fields):
        if isinstance(fields["authority"], str):
            fields["authority"] = make_country()[fields["authority"]]
        return super()._create(model_class, *args, **fields)


class IndustryFactory(DjangoModelFactory):
    """One class of GB/T 4754."""

    class Meta:
        model = Industry
        django_get_or_create = ("code",)

    code = "3951"
    name = "电视机制造"
    level = 4


class ClusterFactory(DjangoModelFactory):
    """A cluster led by 历下区; `lead="黄岛区"` names another county."""

    class Meta:
        model = Cluster

    name = factory.Sequence(lambda n: f"智能家电{n}产业集群")
    lead = "历下区"
    industry = factory.SubFactory(IndustryFactory)
    niche = "智能家电"
    area_km2 = Decimal("60")
    operator = "产业集群管理委员会"
    sample = True

    @classmethod
    def _create(cls, model_class, *args, **fields):
        from clusters.actions import place, search_words

        if isinstance(fields["lead"], str):
            fields["lead"] = make_country()[fields["lead"]]
        cluster = model_class(**fields)
        cluster.path = place(cluster)
        cluster.search_tokens = search_words(cluster)
        cluster.save()
        return cluster
