"""Training in a demo, and in one made so many times as large: python3 benches/training.py BINARY TIMES.

First a whole city is enrolled in one call, in five events one after the other; then the rows of cadres, plans, enrolments and hours are
copied under new ids until the city is TIMES as large, and lists, hours and the gate are read. Nothing in the copies is a real person.
Traffic goes to 127.0.0.1 alone; only the process started here is ended.
"""

import signal
import statistics
import sys

from attacks import Service
from enlarge import City, Table, enlarge

NAMES = ("manager", "officer")
ALONE = {"phone_encrypted": None, "identity_masked": None, "external_ids": "{}", "political_mentor_id": None,
         "professional_mentor_id": None, "mentoring": "NONE"}
OF_CADRE = {"cadre_id": "cadres"}
TABLES = [
    Table("cadres", blank=ALONE),
    Table("plans", OF_CADRE),
    Table("enrolments", OF_CADRE),
    Table("training_hours", OF_CADRE, has_id=False),
]


def enrol_all(city):
    root = city.call("GET", "/v1/organizations?kind=CITY")[0]["items"][0]["id"]
    times = []
    for n in range(5):
        event = {"organizationId": root, "title": f"{n}", "kind": "SPECIAL", "startsOn": "2023-09-04", "endsOn": "2023-09-05",
                 "hours": 10, "seats": 1000}
        path = f"/v1/training-events/{city.call('POST', '/v1/training-events', event)[0]['id']}"
        city.call("POST", f"{path}/_open", {})
        done, seconds = city.call("POST", f"{path}/_enrol", {"organizationId": root})
        times.append(seconds)
    print(f"enrolled {done['enrolled']:,} and {done['waitlisted']:,} waiting in {statistics.median(times):.3f} s "
          f"(median of five, {min(times):.3f} to {max(times):.3f})")


def read_all(city):
    event = city.call("GET", "/v1/training-events?kind=ONLINE&limit=1")[0]["items"][0]["id"]
    plan = city.call("GET", "/v1/plans?phase=SEEDLING&limit=1")[0]["items"][0]
    lists = {
        "page of events": "/v1/training-events?limit=40",
        "page of enrolments": "/v1/enrolments?limit=100",
        "of one event, those who wait": f"/v1/enrolments?eventId={event}&status=WAITLISTED&limit=100",
        "of one cadre": f"/v1/enrolments?cadreId={plan['cadreId']}&limit=100",
        "page of hours": "/v1/training-hours?limit=100",
        "hours of one cadre": f"/v1/cadres/{plan['cadreId']}/training-hours",
        "gate of a plan": f"/v1/plans/{plan['id']}/gate",
    }
    for name, path in lists.items():
        officer = "" if "gate" in path or "cadre" in name else f", officer {city.read(path, 'officer'):.2f} ms"
        print(f"{name}: {city.read(path):.2f} ms{officer}")


def main():
    service = Service(sys.argv[1])
    try:
        city = City(service, NAMES)
        enrol_all(city)
        read_all(city)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(timeout=60)
        counts = enlarge(f"{service.folder.name}/demo.db", int(sys.argv[2]), TABLES)
        print(f"now {counts['cadres']:,} cadres and {counts['enrolments']:,} enrolments")
        service.begin()
        read_all(City(service, NAMES))
    finally:
        service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
