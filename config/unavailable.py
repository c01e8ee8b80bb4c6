"""What cannot be had on this machine, said in one sentence."""


class Unavailable(Exception):
    """Something the site needs is not to be had here. Its text is one plain sentence that says what to do."""
