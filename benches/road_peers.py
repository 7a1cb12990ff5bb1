#!/usr/bin/env python3
"""Other road engines on the maps of `cargo bench --bench road`: import, tables and routes, CPU seconds of one thread.

Usage: python3 benches/road_peers.py MAP.osm.pbf [...]
Peers that are not installed are named and skipped: pip install osrm-bindings pyvalhalla osmium (Python 3.12 or later).
"""
import importlib.util
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

ROADS = {"motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service"}


def is_installed(module):
    return importlib.util.find_spec(module) is not None


def run(command):
    """CPU seconds and peak memory in MB of a program that must succeed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def places(pbf, count):
    """Nodes of roads for cars, moved by up to some 30 m: (longitude, latitude)."""
    import osmium
    rnd, nodes = random.Random(4), []
    for way in osmium.FileProcessor(pbf).with_locations():
        if way.is_way() and way.tags.get("highway", "").removesuffix("_link") in ROADS:
            if way.tags.get("access") not in ("no", "private"):
                nodes += [(n.location.lon, n.location.lat) for n in way.nodes if n.location.valid()]
    picked = (nodes[rnd.randrange(len(nodes))] for _ in range(count))
    return [(x + (rnd.random() - .5) * 6e-4 / math.cos(math.radians(y)), y + (rnd.random() - .5) * 6e-4) for x, y in picked]


def timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def osrm(pbf, folder):
    import osrm as engine
    home = os.path.dirname(engine.__file__)
    link, base = os.path.join(folder, "m.osm.pbf"), os.path.join(folder, "m.osrm")
    os.symlink(os.path.abspath(pbf), link)
    steps = [["osrm-extract", "-t", "1", "-p", f"{home}/share/profiles/car.lua", link], ["osrm-contract", "-t", "1", base]]
    costs = [run([f"{home}/bin/{step[0]}", *step[1:]]) for step in steps]
    print(f"  OSRM-CH import     {sum(cpu for cpu, _ in costs):8.2f} s CPU, {max(mb for _, mb in costs):.0f} MB peak")
    server = engine.OSRM(storage_config=base, algorithm="CH", use_shared_memory=False, max_locations_distance_table=-1)
    points = places(pbf, 5000)
    for count in (1000, 5000):
        ask = engine.TableParameters(coordinates=points[:count], annotations=["duration", "distance"], generate_hints=False)
        print(f"  OSRM-CH table {count:5} {timed(lambda: server.Table(ask)):7.3f} s CPU")
    times = []
    for pair in zip(points[:2000:2], points[1:2000:2]):
        ask = engine.RouteParameters(coordinates=list(pair), overview="full", steps=True, generate_hints=False)
        try:
            times.append(timed(lambda: server.Route(ask)))
        except RuntimeError:
            pass
    times.sort()
    print(f"  OSRM-CH route      {times[len(times) // 2] * 1e6:8.0f} us p50 with line and steps")


def valhalla(pbf, folder):
    import json
    import valhalla as engine
    tiles = os.path.join(folder, "tiles")
    os.makedirs(tiles)
    config = engine.get_config(tile_extract="", tile_dir=tiles, verbose=False)
    config["mjolnir"].update(concurrency=1, traffic_extract="", admin="", timezone="")
    path = os.path.join(folder, "valhalla.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)
    build = os.path.join(os.path.dirname(engine.__file__), "bin", "valhalla_build_tiles")
    cpu, mb = run([build, "-c", path, "-j", "1", os.path.abspath(pbf)])
    print(f"  Valhalla import    {cpu:8.2f} s CPU, {mb:.0f} MB peak")


def main():
    peers = {"osrm": osrm, "valhalla": valhalla}
    missing = [name for name in [*peers, "osmium"] if not is_installed(name)]
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--peer":
        name, pbf = sys.argv[2:]
        folder = tempfile.mkdtemp(prefix="road-peers-")
        try:
            peers[name](pbf, folder)
        except RuntimeError as error:
            print(f"  {name}: {error}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    for name in missing:
        print(f"not installed, skipped: {name}")
    for pbf in sys.argv[1:]:
        print(pbf, flush=True)
        for name in peers:
            if name in missing or (name == "osrm" and "osmium" in missing):
                continue
            # In a process of its own: a child process inherits the peak memory of this one.
            subprocess.run([sys.executable, os.path.abspath(__file__), "--peer", name, pbf], check=False)


if __name__ == "__main__":
    main()
