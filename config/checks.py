"""What `check --deploy` refuses about the databases."""

from django.core.checks import Error, Tags, register

from config.databases import same_role


@register(Tags.security, deploy=True)
def two_database_roles(app_configs, **kwargs):
    """The site must not own its tables: the record would be as safe as our code."""
    if same_role():
        return [
            Error(
                "DATABASE_URL (owner) and DATABASE_APP_URL (application role) must name two different users.",
                id="jiqun.E004",
            )
        ]
    return []
