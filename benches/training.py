"""Training in a demo, and in one made so many times as large: python3 benches/training.py BINARY TIMES.

First a whole city is enrolled in one call, in five events one after the other; then the rows of cadres, plans, enrolments and hours are
copied under new ids until the city is TIMES as large, and lists, hours and the gate are read. Nothing in the copies is a real person.
Traffic goes to 127.0.0.1 alone; only the process started here is ended.
"""

import json
import signal
import sqlite3
import statistics
import sys
import uuid

from attacks import Service

EMPTY = {"phone_encrypted": None, "identity_masked": None, "external_ids": "{}", "political_mentor_id": None,
         "professional_mentor_id": None, "mentoring": "NONE"}
# Tables of rows about a cadre, and whether they have an id of their own.
ABOUT = {"plans": True, "enrolments": True, "training_hours": False}


def rows_of(database, table):
    names = [row[1] for row in database.execute(f"pragma table_info({table})")]
    found = database.execute(f"select {','.join(names)} from {table}").fetchall()
    return names, [dict(zip(names, row)) for row in found]


def insert(database, table, names, rows):
    database.executemany(f"insert into {table} values ({','.join('?' * len(names))})", ([row[name] for name in names] for row in rows))


def enlarge(path, times):
    database = sqlite3.connect(path)
    database.execute("pragma foreign_keys = off")
    names, cadres = rows_of(database, "cadres")
    about = {table: rows_of(database, table) for table in ABOUT}
    for _ in range(times - 1):
        ids = {row["id"]: uuid.uuid4().bytes for row in cadres}
        insert(database, "cadres", names, [{**row, **EMPTY, "id": ids[row["id"]]} for row in cadres])
        for table, (columns, rows) in about.items():
            copies = [{**row, "cadre_id": ids[row["cadre_id"]]} for row in rows if row["cadre_id"] in ids]
            if ABOUT[table]:
                copies = [{**row, "id": uuid.uuid4().bytes} for row in copies]
            insert(database, table, columns, copies)
    database.execute("analyze")
    database.commit()
    counts = [database.execute(f"select count(*) from {table}").fetchone()[0] for table in ("cadres", "enrolments")]
    database.close()
    return counts


class City:
    def __init__(self, service):
        self.service = service
        self.tokens = {name: service.sign_in(name)[1]["accessToken"] for name in ("manager", "officer")}

    def call(self, method, path, body=None, caller="manager"):
        status, content, seconds = self.service.call(method, path, body, self.tokens[caller], timeout=120)
        assert status < 300, (path, status, content[:300])
        return json.loads(content), seconds

    def read(self, path, caller="manager"):
        times = [self.call("GET", path, caller=caller)[1] for _ in range(21)]
        return statistics.median(times) * 1000


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
        city = City(service)
        enrol_all(city)
        read_all(city)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(timeout=60)
        cadres, enrolments = enlarge(f"{service.folder.name}/demo.db", int(sys.argv[2]))
        print(f"now {cadres:,} cadres and {enrolments:,} enrolments")
        service.begin()
        read_all(City(service))
    finally:
        service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
