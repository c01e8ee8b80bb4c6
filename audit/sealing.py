"""Why a field of the record can be withheld and the hash of its event still be proven.

Every field is sealed for itself: sha-256 over a secret of its own and its value. The hash of an event is over its
seals. Whoever is shown a value with its secret can compute the seal; of a field that is withheld only the seal is
shown, from which nothing can be guessed. No Django here: a packet is verified without a database.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any


def new_salt() -> str:
    """Return the secret of one event, from which those of its fields come."""
    return secrets.token_hex(32)


def secret_of(salt: str, field: str) -> str:
    """Return the secret of one field; it tells nothing of the salt or of another field's."""
    return hmac.new(salt.encode(), field.encode(), hashlib.sha256).hexdigest()


def canonical(value: Any) -> str:
    """Return the one JSON text of a value that is hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal(secret: str, value: Any) -> str:
    """Return the seal of a value."""
    return hashlib.sha256(f"{secret}:{canonical(value)}".encode()).hexdigest()


def digest_of(seals: Mapping[str, str]) -> str:
    """Return the hash of an event from the seals of its fields."""
    return hashlib.sha256(canonical(dict(seals)).encode()).hexdigest()


def disclosed(values: Mapping[str, Any], salt: str, shown: Iterable[str]) -> dict[str, dict]:
    """Return the fields that are shown with their secrets, and only the seals of the others."""
    shown = set(shown)
    return {
        "secrets": {name: secret_of(salt, name) for name in values if name in shown},
        "seals": {name: seal(secret_of(salt, name), value) for name, value in values.items() if name not in shown},
    }


def digest_of_disclosed(values: Mapping[str, Any], secrets: Mapping[str, str], seals: Mapping[str, str]) -> str:
    """Return the hash of an event of which some fields are shown and of the others only the seals."""
    return digest_of({name: seal(secrets[name], values[name]) for name in secrets} | dict(seals))
