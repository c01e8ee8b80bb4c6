"""Exact numbers beyond fractions (roots), and how they are written as decimal strings.

A number that ends is written whole. One that does not is rounded at the ninth decimal away
from the bound it is compared with, so that a missed figure never prints as the bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Final

PLACES: Final = 9
_UNIT: Final = 10**PLACES


@dataclass(frozen=True, slots=True)
class Root:
    """base ** (1/degree) - 1, not a fraction; base is at least 0. Made by `growth_rate` alone."""

    base: Fraction
    degree: int

    def floor(self, unit: int) -> int:
        """The largest integer not above the number times `unit`."""
        power: int = unit**self.degree
        inside = self.base.numerator * power // self.base.denominator
        return integer_root(inside, self.degree) - unit

    def above(self, bound: Fraction) -> bool:
        return self.base > (1 + bound) ** self.degree if bound > -1 else True


Exact = Fraction | Root


def integer_root(number: int, degree: int) -> int:
    """The largest integer whose power does not pass the number (number at least 0)."""
    if degree == 2:
        return isqrt(number)
    if number < 2:
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def growth_rate(first: Fraction, last: Fraction, intervals: int) -> Exact:
    """Compound growth over so many intervals, exact: a fraction where it is one. first > 0, last >= 0."""
    base = last / first
    top, bottom = integer_root(base.numerator, intervals), integer_root(base.denominator, intervals)
    if top**intervals == base.numerator and bottom**intervals == base.denominator:
        return Fraction(top, bottom) - 1
    return Root(base, intervals)


def text(number: Exact, bound: Fraction) -> str:
    """The number as a decimal string, rounded away from the bound where it does not end."""
    if isinstance(number, Fraction):
        ended = ending(number)
        return ended if ended is not None else ninths(_outward(number, bound))
    below = number.floor(_UNIT)
    return ninths(below + 1 if number.above(bound) else below)


def gap_text(number: Exact, bound: Fraction, *, downward: bool, either_way: bool) -> str:
    """What the number lacks to the bound: positive when missed. `either_way` for equality."""
    if isinstance(number, Fraction):
        missing = bound - number
        ended = ending(missing)
        shown = Fraction(ended) if ended is not None else Fraction(_outward(missing, Fraction(0)), _UNIT)
    else:
        # bounds have at most nine decimals (loader), so rounding the number rounds the gap
        shown = bound - Fraction(text(number, bound))
    if either_way:
        shown = abs(shown)
    elif downward:
        shown = -shown
    return ending(shown) or ninths(_outward(shown, Fraction(0)))


def _outward(number: Fraction, bound: Fraction) -> int:
    """number in ninth decimals, rounded away from the bound."""
    below, rest = divmod(number.numerator * _UNIT, number.denominator)
    return below + 1 if rest and number > bound else below


def ending(number: Fraction) -> str | None:
    """The whole decimal string of a fraction whose decimals end, else None."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(twos, fives)
    return _digits(number.numerator * 10**places // number.denominator, places)


def ninths(number: int) -> str:
    """An integer count of ninth decimals as a decimal string."""
    return _digits(number, PLACES)


def _digits(number: int, places: int) -> str:
    sign = "-" if number < 0 else ""
    digits = str(abs(number)).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:].rstrip("0")) if places else (digits, "")
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
