#!/usr/bin/env python3
"""Runs other solvers on the instances of `cargo bench --bench vrp` (one core, CPU seconds) and replays solutions with PyVRP.

Usage: python3 benches/vrp_peers.py [--seconds 10] [--seeds 1,2,3] [--solver pyvrp] INSTANCE [...]
       python3 benches/vrp_peers.py --check INSTANCE FILE.sol

Families are told by the folder: `vrptw_*` and `cvrp_*` (time windows, capacities) need a script `vrp_peers.py` in the folder
named by the environment variable VRP_TOOLS, which may know several solvers; it prints one JSON object with `gap_pct`, or
for `check` with `feasible`, `cost` and `why`. The other families are run by PyVRP (pip install pyvrp vrplib). The best
known cost of an instance is that of the `.sol` file beside it, or else that in `bks.json` of the parent folder.
"""
import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time

TOOLS = os.environ.get("VRP_TOOLS", "")
# PyVRP's rounding of coordinates, by family.
ROUNDING = {
    "mdvrptw": "exact", "sdvrptw": "exact", "hfvrp": "exact", "vrpb": "round", "mtvrptwr": "dimacs", "pcvrptw": "dimacs",
    "gvrp": "round",
}
# Pickup-and-delivery files come in plain decimals: PyVRP's whole numbers are thousandths.
THOUSANDTHS = 1000


def family_of(path):
    return os.path.basename(os.path.dirname(os.path.abspath(path)))


def name_of(path):
    return os.path.splitext(os.path.basename(path))[0]


def is_paired(path):
    """Whether this is a Li & Lim file: nine numbers a row, of which the last two name the other half of a pair."""
    with open(path, encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip()]
    return len(rows[0]) == 3 and len(rows[1]) == 9


def read_pairs(path):
    import numpy as np
    import pyvrp
    with open(path, encoding="utf-8") as file:
        rows = [[float(word) for word in line.split()] for line in file if line.strip()]
    (count, capacity, _), rows = rows[0], rows[1:]
    places = np.array([row[1:3] for row in rows])
    gaps = places[:, None] - places[None]
    lengths = np.round(THOUSANDTHS * np.sqrt((gaps ** 2).sum(-1))).astype(np.int64)
    def scaled(value):
        return int(THOUSANDTHS * value)
    shipments = []
    for place, pickup in enumerate(rows):
        if place and pickup[8] > 0:
            delivery = rows[int(pickup[8])]
            shipments.append(pyvrp.Shipment(
                place, int(pickup[8]), amount=[int(pickup[3])],
                pickup_tw_early=scaled(pickup[4]), pickup_tw_late=scaled(pickup[5]), pickup_service_duration=scaled(pickup[6]),
                delivery_tw_early=scaled(delivery[4]), delivery_tw_late=scaled(delivery[5]),
                delivery_service_duration=scaled(delivery[6])))
    vehicles = pyvrp.VehicleType(int(count), [int(capacity)], tw_early=scaled(rows[0][4]), tw_late=scaled(rows[0][5]))
    locations = [pyvrp.Location(int(x), int(y)) for x, y in places]
    return pyvrp.ProblemData(locations, [], [pyvrp.Depot(0)], [vehicles], [lengths], [lengths], [], shipments)


def read(path):
    import pyvrp
    if is_paired(path):
        return read_pairs(path)
    return pyvrp.read(path, ROUNDING[family_of(path).split("_")[0]])


def read_routes(path, data):
    import pyvrp
    if not data.num_shipments:
        return pyvrp.read_solution(path, data)
    stops = {}
    for number, shipment in enumerate(data.shipments()):
        stops[shipment.pickup.location] = pyvrp.Activity(pyvrp.ActivityType.PICKUP, number)
        stops[shipment.delivery.location] = pyvrp.Activity(pyvrp.ActivityType.DELIVERY, number)
    with open(path, encoding="utf-8") as file:
        routes = [line.split(":")[1].split() for line in file if line.startswith("Route")]
    return pyvrp.Solution(data, [pyvrp.Route(data, [stops[int(stop)] for stop in route], 0) for route in routes if route])


def cost_of(solution, data):
    import pyvrp
    return pyvrp.CostEvaluator([1] * data.num_load_dimensions, 1, 1).cost(solution)


def best_known(path, data):
    """In PyVRP's whole numbers."""
    beside = os.path.splitext(path)[0] + ".sol"
    if os.path.exists(beside):
        return cost_of(read_routes(beside, data), data)
    with open(os.path.join(os.path.dirname(os.path.abspath(path)), "..", "bks.json"), encoding="utf-8") as file:
        best = json.load(file)[family_of(path)][name_of(path)]["bks"]
    return best * (THOUSANDTHS if data.num_shipments else 1)


def run_pyvrp(path, seconds, seed):
    """The gap in percent, infinite where nothing feasible was found."""
    import pyvrp
    data = read(path)
    start = time.process_time()
    def is_over(_):
        return time.process_time() - start >= seconds
    result = pyvrp.solve(data, is_over, seed=seed, collect_stats=False, display=False)
    if not result.is_feasible():
        return float("inf")
    return 100 * (result.cost() / best_known(path, data) - 1)


def is_plain(path):
    """Whether the script in VRP_TOOLS runs this family."""
    return family_of(path).split("_")[0] in ("vrptw", "cvrp")


def ask_tool(*words):
    """The JSON answer of the script in VRP_TOOLS."""
    tool = os.path.join(TOOLS, "vrp_peers.py")
    if not os.path.exists(tool):
        sys.exit(f"{words[0]} needs vrp_peers.py in the folder that VRP_TOOLS names")
    done = subprocess.run([sys.executable, tool, *words], capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        sys.exit(f"{' '.join(words)}: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def run(path, solver, seconds, seed):
    if not is_plain(path):
        if solver != "pyvrp":
            sys.exit(f"{path}: only PyVRP knows this family")
        return run_pyvrp(path, seconds, seed)
    gap = ask_tool(path, solver, str(seconds), str(seed))["gap_pct"]
    return float("inf") if gap is None else gap


def replay(path, solution_path):
    if is_plain(path):
        answer = ask_tool(path, "check", solution_path)
        print(f"{solution_path}: {'cost ' + str(answer['cost']) if answer['feasible'] else answer['why']}")
        sys.exit(0 if answer["feasible"] else 1)
    data = read(path)
    solution = read_routes(solution_path, data)
    is_valid = solution.is_feasible() and solution.is_complete()
    verdict = f"cost {cost_of(solution, data)} in PyVRP's unit" if solution.is_feasible() else "not feasible"
    print(f"{solution_path}: {verdict}{'' if solution.is_complete() else ', not complete'}")
    sys.exit(0 if is_valid else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--solver", default="pyvrp")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("paths", nargs="+")
    order = parser.parse_args()
    missing = [name for name in ("pyvrp", "vrplib") if importlib.util.find_spec(name) is None]
    if missing and (order.check or order.solver == "pyvrp"):
        sys.exit(f"not installed: {', '.join(missing)} (pip install pyvrp vrplib)")
    if order.check:
        replay(*order.paths)
    seeds = [int(seed) for seed in order.seeds.split(",")]
    families = {}
    print(f"{order.solver}, {order.seconds:g} CPU s, gap % by seed {seeds}, mean")
    for path in order.paths:
        gaps = [run(path, order.solver, order.seconds, seed) for seed in seeds]
        mean = sum(gaps) / len(gaps)
        families.setdefault(family_of(path), []).append(mean)
        print(f"{name_of(path):<40} {' '.join(f'{gap:.2f}' for gap in gaps)}, {mean:.2f}", flush=True)
    for family, means in sorted(families.items()):
        print(f"{family}: {sum(means) / len(means):.2f} over {len(means)} instances")


if __name__ == "__main__":
    main()
