"""Scores of a yearly evaluation: weighted trees of points, grades, stars and money, in exact fractions.

`tree` is what a rule file says (read by rulebook.scoring_reading), `marks` turns points and
figures into a total, `rewards` turns totals and grades into what follows, `words` says it.
"""
