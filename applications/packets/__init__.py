"""The decision packet: everything a decision rests on, in one file that proves itself without the database."""
