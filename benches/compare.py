"""Reads the same things from two binaries, in turns, and prints how much faster the second is: python3 benches/compare.py BEFORE AFTER.

Each serves a demo of its own. A rate is the median of five rounds of wrk; rounds of the two alternate, so that what else the
machine does meets both. Traffic goes to 127.0.0.1 alone; only the processes started here are ended.
"""

import json
import re
import statistics
import subprocess
import sys

from attacks import Service

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 8
READS = [
    ("one cadre", "/v1/cadres/{cadre}"),
    ("one mentor", "/v1/mentors/{mentor}"),
    ("page of cadres", "/v1/cadres?limit=50"),
    ("page of cadres, sorted by name", "/v1/cadres?limit=50&sort=name"),
    ("page of cadres of one unit", "/v1/cadres?limit=50&organizationId={unit}"),
    ("page of cadres, fields=name", "/v1/cadres?limit=50&fields=name"),
    ("page of cadres, fields=name,phone", "/v1/cadres?limit=50&fields=name,phone"),
    ("page of 1000 cadres", "/v1/cadres?limit=1000"),
    ("page of 1000 cadres, fields=name", "/v1/cadres?limit=1000&fields=name"),
    ("page of mentors", "/v1/mentors?limit=50"),
    ("page of mentors, fields=name", "/v1/mentors?limit=50&fields=name"),
    ("page of assignments", "/v1/assignments?limit=50"),
    ("page of assignments, fields=role", "/v1/assignments?limit=50&fields=role"),
    ("page of evaluations", "/v1/evaluations?limit=50"),
    ("page of organizations", "/v1/organizations?limit=50"),
    ("page of the journal", "/v1/journal?limit=50"),
]


def load(service, token, path):
    command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Authorization: Bearer {token}"]
    command.append(f"http://127.0.0.1:{service.port}{path}")
    report = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    if "Non-2xx" in report:
        raise SystemExit(f"{path} failed: {report}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1])


def known(service, token):
    page = lambda path: json.loads(service.call("GET", path, token=token)[1])["items"]
    cadre = page("/v1/cadres?limit=1&status=ACTIVE")[0]
    return {"cadre": cadre["id"], "unit": cadre["organizationId"], "mentor": page("/v1/mentors?limit=1")[0]["id"]}


def main():
    services = [Service(binary) for binary in sys.argv[1:3]]
    try:
        tokens = [service.sign_in("manager")[1]["accessToken"] for service in services]
        places = [known(*pair) for pair in zip(services, tokens)]
        print("| what | before | after | ratio |\n| --- | --- | --- | --- |")
        for name, path in READS:
            rates = [[], []]
            for _ in range(ROUNDS):
                for n, service in enumerate(services):
                    rates[n].append(load(service, tokens[n], path.format(**places[n])))
            before, after = (statistics.median(found) for found in rates)
            print(f"| {name} | {before:,.0f}/s | {after:,.0f}/s | {after / before:.2f} |", flush=True)
    finally:
        for service in services:
            service.stop()


if __name__ == "__main__":
    main()
