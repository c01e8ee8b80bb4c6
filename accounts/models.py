"""People, and the offices in which they act."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now, TruncDate
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from territories.models import Territory


class UserManager(BaseUserManager):
    """Makes users; there is no superuser, because no administrator may decide."""

    def create_user(self, email, password=None, **fields):
        """Return a new user; without a password they get in by a one-time link only."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        """Find a user by e-mail, whatever its case."""
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """One person who may sign in; made by an administrator, never by self-sign-up."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, help_text="made by load_demo; refused in production")
    created_at = models.DateTimeField(db_default=Now())
    session_round = models.PositiveIntegerField(default=0, help_text="one more ends every session")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        """Return the name as it is written under an act."""
        return str(self)

    def end_sessions(self):
        """End every session of this person, on every device; sessions carry the round they began in."""
        type(self).objects.filter(pk=self.pk).update(session_round=models.F("session_round") + 1)
        self.refresh_from_db(fields=["session_round"])

    def _get_session_auth_hash(self, secret=None):
        # Django compares this at every request: a new password or a new round ends the session.
        words = f"{self.password}:{self.session_round}"
        return salted_hmac("accounts.User.session", words, secret=secret, algorithm="sha256").hexdigest()


class OfficeQuerySet(models.QuerySet):
    """Offices by the questions asked of them."""

    def in_force(self):
        """Offices whose holder may act today."""
        today = TruncDate(Now())  # the day in Beijing by the database's clock
        return self.filter(models.Q(valid_from=None) | models.Q(valid_from__lte=today)).filter(
            models.Q(valid_to=None) | models.Q(valid_to__gt=today)
        )

    def to_act_in(self, user):
        """The offices a person can act in, with what every request needs of them."""
        return (
            self.in_force()
            .filter(user=user)
            .select_related("user", "authority")
            .prefetch_related("authority__placements")
        )


class Office(models.Model):
    """A person's capacity at an authority; policies, events and opinions take the office.

    Written by add_office and load_demo. Valid from the first day, not on the last (half-open).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="offices")
    role = models.CharField(max_length=30, choices=Role)
    authority = models.ForeignKey(Territory, models.PROTECT, related_name="offices")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = OfficeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "authority"], name="one_office_per_user_role_authority"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="office_role_is_known"),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_from__lt=models.F("valid_to")),
                name="office_ends_after_it_begins",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()} · {self.authority}"

    @property
    def title(self) -> str:
        """Return the office without its holder: Provincial reviewer · 山东省."""
        return f"{self.get_role_display()} · {self.authority.full_name}"

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Where this office's authority stands, in every scheme; empty sees nothing."""
        return tuple(placement.path for placement in self.authority.placements.all())


class Limit(models.Model):
    """How often something was tried lately, such as a sign-in; the table of the cache `limits`.

    In the database and not in memory, so that every worker counts together. Written by Django's
    database cache on behalf of allauth's rate limits; the columns are that cache's.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.cache_key
