#!/usr/bin/env python3
"""Compares routes with OSRM's on random pairs of the same maps: ratios of durations and distances, largest differences.

Usage: python3 benches/road_compare.py [--pairs 3000] [--explain 10] [--rules FILE.toml] [--keep FOLDER] MAP.osm.pbf [...]
Needs target/release/coldmile (or --binary), and osrm-bindings, osmium and numpy (pip, Python 3.12 or later); if one is
missing, the script names it and compares nothing. The rules are by default benches/osrm_car.toml, which imitates the profile
car.lua that ships with OSRM. With --keep the imported maps stay for the next run.
Exits with 1 when a map misses: median duration 0.97 to 1.03, median distance 0.99 to 1.01, 96 % of pairs within 5 %.
"""
import argparse
import collections
import json
import math
import os
import re
import subprocess
import sys
import tempfile

from road_peers import is_installed, places, run

HERE = os.path.dirname(os.path.abspath(__file__))
NEEDED = ("osrm", "osmium", "numpy")


# car.lua chooses paths by a weight that stretches the duration of alleys, narrow roads, unmarked roads and the like, and
# reports the duration without that. Coldmile minimises the duration itself; this profile is car.lua without those factors.
BY_DURATION = """
package.path = "{profiles}/?.lua;" .. package.path
local car = dofile("{profiles}/car.lua")
WayHandlers.penalties = function(profile, way, result, data)
  result.forward_rate = math.max(result.forward_speed, 0) / 3.6
  result.backward_rate = math.max(result.backward_speed, 0) / 3.6
  if result.duration > 0 then result.weight = result.duration end
end
return car
"""


def import_osrm(pbf, folder, is_by_duration):
    """OSRM's files of a map, made once a folder."""
    import osrm
    home = os.path.dirname(osrm.__file__)
    folder = os.path.join(folder, "osrm-by-duration" if is_by_duration else "osrm")
    os.makedirs(folder, exist_ok=True)
    link, base = os.path.join(folder, "m.osm.pbf"), os.path.join(folder, "m.osrm")
    if not os.path.exists(base + ".hsgr"):
        if not os.path.lexists(link):
            os.symlink(os.path.abspath(pbf), link)
        profile = f"{home}/share/profiles/car.lua"
        if is_by_duration:
            profile = os.path.join(folder, "car.lua")
            with open(profile, "w", encoding="utf-8") as file:
                file.write(BY_DURATION.replace("{profiles}", f"{home}/share/profiles"))
        run([f"{home}/bin/osrm-extract", "-t", "1", "-p", profile, link])
        run([f"{home}/bin/osrm-contract", "-t", "1", base])
    return osrm.OSRM(storage_config=base, algorithm="CH", use_shared_memory=False, max_locations_distance_table=-1)


def osrm_route(server, pair, **more):
    import osrm
    ask = osrm.RouteParameters(coordinates=list(pair), generate_hints=False, **more)
    try:
        return server.Route(ask)["routes"][0]
    except RuntimeError:
        return None


def our_table(binary, cmap, profile, pairs, folder):
    """Pairs with the duration and distance of each; those with an end that lies on no road of ours are left out."""
    import numpy
    csv, npy = os.path.join(folder, "points.csv"), os.path.join(folder, "table.npy")
    # In parts: most cells of one large table would not be used.
    cells = []
    for first in range(0, len(pairs), 500):
        part = pairs[first:first + 500]
        while True:
            with open(csv, "w", encoding="utf-8") as file:
                file.write("lat,lon\n" + "".join(f"{lat:.7f},{lon:.7f}\n" for pair in part for lon, lat in pair))
            ask = [binary, "table", "--map", cmap, "--profile", profile, "--points", csv, "--out", npy, "--json"]
            done = subprocess.run(ask, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode == 0:
                break
            refused = {(int(place) - 1) // 2 for place in re.findall(r", place (\d+): ", done.stderr)}
            if not refused:
                raise RuntimeError(done.stderr)
            part = [pair for number, pair in enumerate(part) if number not in refused]
        table = numpy.load(npy)
        cells += [(pair, *map(float, table[2 * row, 2 * row + 1])) for row, pair in enumerate(part)]
    return cells


def our_route(binary, cmap, profile, pair):
    ends = [f"{lat:.7f},{lon:.7f}" for lon, lat in pair]
    done = subprocess.run([binary, "route", "--map", cmap, "--profile", profile, *ends, "--json"],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


class Ways:
    """The OSM ways of a file by pairs of neighbouring nodes, to name the ways that a line follows."""

    def __init__(self, pbf):
        import osmium
        self.by_places, self.by_nodes, self.tags = {}, {}, {}
        for way in osmium.FileProcessor(pbf).with_locations():
            if not way.is_way() or not ("highway" in way.tags or way.tags.get("route") == "ferry"):
                continue
            self.tags[way.id] = dict(way.tags)
            nodes = [(n.ref, round(n.location.lat, 6), round(n.location.lon, 6)) for n in way.nodes if n.location.valid()]
            for a, b in zip(nodes, nodes[1:]):
                for one, other in ((a, b), (b, a)):
                    self.by_nodes[one[0], other[0]] = way.id
                    self.by_places[one[1:], other[1:]] = way.id

    def on_line(self, coordinates):
        places = [(round(lat, 6), round(lon, 6)) for lon, lat in coordinates]
        return self.lengths((self.by_places.get(pair), pair) for pair in zip(places, places[1:]))

    def on_nodes(self, nodes, coordinates):
        places = [(lat, lon) for lon, lat in coordinates]
        return self.lengths((self.by_nodes.get(pair), ends) for pair, ends in zip(zip(nodes, nodes[1:]), zip(places, places[1:])))

    @staticmethod
    def lengths(found):
        metres = collections.Counter()
        for way, ((lat, lon), (lat2, lon2)) in found:
            metres[way] += 111_195 * math.hypot(lat2 - lat, (lon2 - lon) * math.cos(math.radians(lat)))
        return metres

    def text(self, metres):
        keep = ("highway", "route", "access", "motor_vehicle", "motorcar", "vehicle", "goods", "maxspeed", "service", "surface",
                "tracktype", "smoothness", "oneway", "lanes", "width", "junction", "toll", "duration", "priority", "lane_markings")
        return [f"{length:7.0f} m of {way}: " + " ".join(f"{key}={value}" for key, value in self.tags.get(way, {}).items() if key in keep)
                for way, length in metres.most_common(6) if way is not None and length > 20]


def explain(ways, ours, theirs):
    mine = ways.on_line(ours["geometry"]["coordinates"])
    yours = ways.on_nodes(list(theirs["legs"][0]["annotation"]["nodes"]), [list(place) for place in theirs["geometry"]["coordinates"]])
    lines = ["    only ours:"] + ["    " + line for line in ways.text(mine - yours)]
    lines += ["    only OSRM's:"] + ["    " + line for line in ways.text(yours - mine)]
    lines += [f"    common: {sum((mine & yours).values()):.0f} m"]
    return "\n".join(lines)


def metres_between(a, b):
    return 111_195 * math.hypot(a[1] - b[1], (a[0] - b[0]) * math.cos(math.radians(a[1])))


def kinds(far, our_path, their_path):
    """Causes of differences above 5 %, counted."""
    found = collections.Counter()
    for row in far:
        mine = our_path(row[2])["geometry"]["coordinates"]
        yours = [list(place) for place in their_path(row[2])["geometry"]["coordinates"]]
        if max(metres_between(mine[0], yours[0]), metres_between(mine[-1], yours[-1])) > 8:
            found["snapped to other roads"] += 1
        elif abs(row[0] - 1) <= 0.05:
            found["as fast on another path"] += 1
        else:
            found["ours is faster" if row[0] < 1 else "ours is slower"] += 1
    return found


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def compare(args, pbf, folder, profile):
    name = os.path.basename(pbf).removesuffix(".osm.pbf")
    cmap = os.path.join(folder, "ours.cmap")
    subprocess.run([args.binary, "import", pbf, "--out", cmap, "--profiles", "van", "--rules", args.rules, "--json"],
                   check=True, stdout=subprocess.DEVNULL)
    server = import_osrm(pbf, folder, args.by_duration)
    points = places(pbf, args.pairs * 3)
    drawn = list(zip(points[::2], points[1::2]))
    ours = our_table(args.binary, cmap, profile, drawn, folder)
    known = {pair for pair, *_ in ours[:args.pairs]}
    refused = len(set(drawn[:args.pairs]) - known) if len(ours) > args.pairs else len(drawn) - len(ours)
    found, only_ours, only_theirs = [], 0, 0
    for pair, seconds, metres in ours[:args.pairs]:
        route = osrm_route(server, pair, overview="false")
        if route is None or seconds != seconds:
            only_ours += route is None and seconds == seconds
            only_theirs += route is not None and seconds != seconds
            continue
        # Ours are whole seconds and metres; a trip of length zero counts as equal.
        theirs = (max(route["duration"], 1.0), max(route["distance"], 1.0))
        found.append((max(seconds, 1.0) / theirs[0], max(metres, 1.0) / theirs[1], pair, seconds, metres, *theirs))
    durations, distances = [row[0] for row in found], [row[1] for row in found]
    near = [row for row in found if abs(row[0] - 1) <= 0.05 and abs(row[1] - 1) <= 0.05]
    share = len(near) / max(len(found), 1)
    middle = quantile(durations, 0.5), quantile(distances, 0.5)
    print(f"{name}: {len(found)} pairs, median duration {middle[0]:.4f} (p5 {quantile(durations, .05):.3f}, p95 {quantile(durations, .95):.3f}), "
          f"median distance {middle[1]:.4f} (p5 {quantile(distances, .05):.3f}, p95 {quantile(distances, .95):.3f}), "
          f"within 5 %: {share:.2%}; no path for OSRM {only_ours}, for us {only_theirs}; off our roads {refused}", flush=True)
    if args.explain:
        def our_path(pair):
            return our_route(args.binary, cmap, profile, pair)

        def their_path(pair):
            return osrm_route(server, pair, overview="full", geometries="geojson", annotations=["nodes"])

        far = [row for row in found if row not in near]
        for kind, count in kinds(far, our_path, their_path).most_common():
            print(f"  {count} of {len(far)} pairs beyond 5 %: {kind}")
        ways = Ways(pbf)
        found.sort(key=lambda row: -max(abs(row[0] - 1), abs(row[1] - 1)))
        for row in found[:args.explain]:
            pair = row[2]
            (lon, lat), (lon2, lat2) = pair
            print(f"  {lat:.6f},{lon:.6f} to {lat2:.6f},{lon2:.6f}: ours {row[3]:.0f} s {row[4]:.0f} m, OSRM {row[5]:.0f} s {row[6]:.0f} m")
            print(explain(ways, our_path(pair), their_path(pair)), flush=True)
    return 0.97 <= middle[0] <= 1.03 and 0.99 <= middle[1] <= 1.01 and share >= 0.96


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("maps", nargs="+", metavar="MAP.osm.pbf")
    parser.add_argument("--pairs", type=int, default=3000)
    parser.add_argument("--explain", type=int, default=0, metavar="N", help="print the OSM ways of the N largest differences")
    parser.add_argument("--rules", default=os.path.join(HERE, "osrm_car.toml"))
    parser.add_argument("--by-duration", action="store_true",
                        help="let OSRM choose paths by duration too, without the factors that car.lua puts on some")
    parser.add_argument("--binary", default=os.path.join(HERE, "..", "target", "release", "coldmile"))
    parser.add_argument("--keep", metavar="FOLDER")
    args = parser.parse_args()
    missing = [name for name in NEEDED if not is_installed(name)]
    if missing or not os.path.exists(args.binary):
        print("not compared; missing:", ", ".join(missing + [args.binary] * (not os.path.exists(args.binary))))
        return 0
    with open(args.rules, encoding="utf-8") as file:
        profile = re.search(r'^name\s*=\s*"([^"]+)"', file.read(), re.MULTILINE).group(1)
    good = True
    for pbf in args.maps:
        if args.keep:
            folder = os.path.join(args.keep, os.path.basename(pbf).removesuffix(".osm.pbf"))
            os.makedirs(folder, exist_ok=True)
            good &= compare(args, pbf, folder, profile)
        else:
            with tempfile.TemporaryDirectory(prefix="road-compare-") as folder:
                good &= compare(args, pbf, folder, profile)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
