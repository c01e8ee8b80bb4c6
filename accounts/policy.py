"""Who may do what: one rule that answers for a row, a table, a button and the locked act.

A rule has two faces that a test holds equal: `rule(office, row)` and `rule.q(office)`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP

from accounts.enums import Role

NOTHING = Q(pk__in=[])
EVERYTHING = Q()


@dataclass(frozen=True)
class Rule:
    """Somebody's right, said once: `check` for one row in memory, `where` for a table."""

    check: Callable
    where: Callable
    says: str = ""

    def __call__(self, office, row) -> bool:
        return office is not None and bool(self.check(office, row))

    def q(self, office) -> Q:
        """Return the rows of a table for which the rule holds."""
        return NOTHING if office is None else self.where(office)

    def __and__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda office, row: self(office, row) and other(office, row),
            lambda office: self.q(office) & other.q(office),
            f"({self.says} and {other.says})",
        )

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            lambda office, row: self(office, row) or other(office, row),
            lambda office: either(self.q(office), other.q(office)),
            f"({self.says} or {other.says})",
        )


def either(left: Q, right: Q) -> Q:
    """Join two conditions by OR, where an empty condition means everything."""
    if left == NOTHING:
        return right
    if right == NOTHING:
        return left
    return EVERYTHING if not left or not right else left | right


def follow(row, field: str):
    """Return the value at a path such as `cluster__path`."""
    for name in field.split(LOOKUP_SEP):
        row = getattr(row, name)
    return row


def has_role(*roles: Role) -> Rule:
    """The office has one of these roles."""
    return Rule(
        lambda office, row: office.role in roles,
        lambda office: EVERYTHING if office.role in roles else NOTHING,
        "/".join(roles),
    )


def in_own_territory(field: str) -> Rule:
    """The path in this field lies under the office's authority; an office without a place sees nothing."""

    def where(office):
        condition = NOTHING
        for path in office.paths:
            condition = either(condition, Q(**{f"{field}__startswith": path}))
        return condition

    return Rule(
        lambda office, row: follow(row, field).startswith(office.paths) if office.paths else False,
        where,
        f"under own authority by {field}",
    )


def when(says: str, check: Callable, where: Callable) -> Rule:
    """A condition of the row itself, such as a state; both faces are given."""
    return Rule(check, where, says)


_rules: dict[str, Rule] = {}


def register(app: str, rules: dict[str, Rule]) -> None:
    """Declare the rights of one app; each name may be declared once."""
    for name, rule in rules.items():
        permission = f"{app}.{name}"
        if permission in _rules:
            raise ValueError(f"{permission} is declared twice")
        _rules[permission] = rule


def rule_of(permission: str) -> Rule:
    """Return the declared rule; an undeclared permission is a mistake of ours and fails."""
    return _rules[permission]


def permissions() -> list[str]:
    """Return every declared permission, for the matrix test."""
    return sorted(_rules)


def allows(office, permission: str, row) -> bool:
    """Say whether this office may do this to this row."""
    return rule_of(permission)(office, row)


class AllowedQuerySet:
    """Mix-in for querysets: the only way pages and exports read rows."""

    def allowed(self, office, permission: str):
        """Return the rows this office may see under the permission."""
        return self.filter(rule_of(permission).q(office))
