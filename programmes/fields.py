"""Relations to rows that can never change."""

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

MOST = 256  # rows kept in a process; a programme has a handful of rule sets and forms
_kept: dict = {}


class KeptAccessor(ForwardManyToOneDescriptor):
    """Reads the row once in the life of a process: append-only rows stay what they are.

    A rule set is a text of many pages; joining it to every case took longer than showing the case.
    """

    def get_object(self, instance):
        key = (self.field.remote_field.model, getattr(instance, self.field.attname))
        if key not in _kept:
            if len(_kept) >= MOST:
                _kept.clear()
            _kept[key] = super().get_object(instance)
        return _kept[key]


class ForeignKeyToStored(models.ForeignKey):
    """A foreign key to an append-only row; for migrations a plain foreign key."""

    forward_related_accessor_class = KeptAccessor

    def deconstruct(self):
        """Look like a plain foreign key, which it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
