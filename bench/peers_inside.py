"""Runs inside the peers' own environment (bench/peers.py): one engine over the rows of a file, as one JSON line.

python peers_inside.py openfisca|polars ROWS.npz ROUNDS
"""

import importlib.metadata
import json
import sys
import time

import numpy as np

YEARS = {1: 2024, 2: 2023, 3: 2022}


def openfisca(rows):
    """Six yearly variables with formulas, as a tax and benefit system is written; inputs are set anew each round."""
    from openfisca_core import entities, periods, simulations, taxbenefitsystems, variables

    entity = entities.Entity("application", "applications", "Application", "")
    entity.is_person = True
    system = taxbenefitsystems.TaxBenefitSystem([entity])
    common = {"entity": entity, "definition_period": periods.YEAR}
    for name in sorted({name.rpartition("_")[0] for name in rows}):
        system.add_variable(type(name, (variables.Variable,), {**common, "value_type": float, "label": name}))

    def back(period, years):
        return period.offset(-years, "year")

    def share(of):
        return lambda app, p: app(of, p) / app("gross_output", p)

    def growth(of):
        return lambda app, p: (app(of, p) / app(of, back(p, 2))) ** 0.5 - 1

    formulas = [
        lambda app, p: np.minimum.reduce([app("gross_output", back(p, k)) for k in (0, 1, 2)]) >= 40,
        lambda app, p: share("sme_output")(app, p) >= 0.7,
        lambda app, p: share("leading_output")(app, p) > 0.7,
        lambda app, p: growth("gross_output")(app, p) > 0.1,
        lambda app, p: growth("sme_rd_expense")(app, p) > 0.1,
        lambda app, p: app("valid_invention_patents", p) / app("employee_count", p) * 10_000 >= 15,
    ]
    for number, made in enumerate(formulas):

        def formula(app, period, parameters=None, made=made):
            return made(app, period)

        fields = {**common, "value_type": bool, "label": f"clause{number}", "formula": formula}
        system.add_variable(type(f"clause{number}", (variables.Variable,), fields))

    def prepare():
        simulation = simulations.SimulationBuilder().build_default_simulation(system, len(next(iter(rows.values()))))
        for name, column in rows.items():
            code, _, offset = name.rpartition("_")
            simulation.set_input(code, str(YEARS[int(offset)]), column)
        return simulation

    def work(simulation):
        return np.stack([simulation.calculate(f"clause{i}", str(YEARS[1])) for i in range(len(formulas))], axis=1)

    return prepare, work


def polars(rows):
    """The same as expressions over a wide frame."""
    import polars as pl

    frame, column = pl.DataFrame(dict(rows)), pl.col

    def growth(of):
        return (column(f"{of}_1") / column(f"{of}_3")) ** 0.5 - 1

    tests = [
        pl.min_horizontal(*(column(f"gross_output_{k}") for k in (3, 2, 1))) >= 40,
        column("sme_output_1") / column("gross_output_1") >= 0.7,
        column("leading_output_1") / column("gross_output_1") > 0.7,
        growth("gross_output") > 0.1,
        growth("sme_rd_expense") > 0.1,
        column("valid_invention_patents_1") / column("employee_count_1") * 10_000 >= 15,
    ]
    named = [test.alias(str(i)) for i, test in enumerate(tests)]
    return lambda: frame, lambda made: made.lazy().select(named).collect().to_numpy()


def main(peer, path, rounds):
    """Measure one engine."""
    stored = np.load(path)
    rows = {name: stored[name] for name in stored.files if name != "right"}
    prepare, work = {"openfisca": openfisca, "polars": polars}[peer](rows)
    times, found = [], None
    for _ in range(rounds):
        made = prepare()
        began = time.perf_counter()
        found = work(made)
        times.append((time.perf_counter() - began) * 1000)
    package = {"openfisca": "openfisca-core"}.get(peer, peer)
    told = {
        "times_ms": times,
        "their_ms": round(sorted(times)[len(times) // 2], 1),
        "their_wrong": int((found != stored["right"]).sum()),
        "version": importlib.metadata.version(package),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
