"""The people of the demo, and their published password."""

from accounts.models import User

# Published in README and printed by `serve`; `check --deploy` fails where an account has it.
PASSWORD = "jiqun-demo"


def sign_ins() -> list[tuple[str, str]]:
    """Return the e-mail address and the offices of every demo account, in the order they were made."""
    people = User.objects.filter(is_demo=True, is_active=True).order_by("pk").prefetch_related("offices__authority")
    return [(person.email, "、".join(office.title for office in person.offices.all())) for person in people]
