#!/usr/bin/env python3
"""Takes in the largest files that the service takes, in one transaction and in parts, while others sign in, which writes.

    python3 benches/imports.py BINARY [ROWS]

Prints a table: what was made, in how long, and the longest wait of a sign-in meanwhile. A demo on SQLite, on 127.0.0.1 alone; about a
minute and a half for 100,000 rows.
"""
import json
import sys

from attacks import Service, Watch, signing_in, unit_of


def name(family, n):
    return f"{family}{chr(0x4E00 + n % 300)}{chr(0x4E00 + n // 300)}"


def files(rows, unit, mark):
    """Resource, who brings it, and the file; `mark` tells people and units of one run from those of another."""
    family = "王" if mark == "a" else "李"
    mentors = "".join(f"m{mark}{n},{name(family, n)},{unit},POLITICAL\n" for n in range(rows))
    units = "".join(f"U-{mark}-{n},某镇{n},TOWNSHIP,BZ-511902\n" for n in range(rows))
    born = lambda n: f"199{n % 9}-0{n % 8 + 1}-{n % 27 + 1:02}"
    cadres = "".join(f"c{mark}{n},{name(family, n)},{born(n)},{unit},2023-07-24\n" for n in range(rows))
    return [
        ("mentors", "manager", "externalId,name,organizationCode,roles\n" + mentors),
        ("organizations", "admin", "code,name,kind,parentCode\n" + units),
        ("cadres", "manager", "externalId,name,birthDate,organizationCode,reportedOn\n" + cadres),
    ]


def main():
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    service = Service(sys.argv[1])
    try:
        tokens = {user: service.sign_in(user)[1]["accessToken"] for user in ("admin", "manager")}
        unit = unit_of(service, tokens["manager"])
        print("| file | mode | made | time | longest wait of a sign-in | refused |\n| --- | --- | --- | --- | --- | --- |")
        for mode, mark in (("atomic", "a"), ("partial", "p")):
            for resource, user, file in files(rows, unit, mark):
                path = f"/v1/{resource}/_import?source=bench&mode={mode}"
                with Watch(signing_in(service, "mentor")) as watch:
                    status, content, seconds = service.call("POST", path, file, tokens[user], "text/csv", timeout=180)
                made = json.loads(content).get("created", 0) if status == 200 else status
                longest = max(watch.seconds) * 1000
                print(f"| {resource} | {mode} | {made:,} | {seconds:.1f} s | {longest:,.0f} ms | {watch.failed} |", flush=True)
        print(f"\nresident memory, the most: {service.memory():.0f} MB")
    finally:
        service.stop()


if __name__ == "__main__":
    main()
