"""What the programme requires, as data and exact arithmetic. No Django; numpy and PyYAML only.

ENGINE_VERSION is stored with every screening: it changes whenever the same rules and
figures could give another finding.
"""

ENGINE_VERSION = "1"
