"""The floor: a minimal Django project with a list and a detail page, the denominator of the speed goals."""
