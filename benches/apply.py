"""Plans mentors for a cohort of a demo that was made so many times as large, and applies the plan: python3 benches/apply.py BINARY TIMES.

The rows of the demo's cadres and mentors are copied under new ids, without pairs, phones and numbers; nothing in them is a real
person. Traffic goes to 127.0.0.1 alone; only the process started here is ended.
"""

import json
import signal
import sqlite3
import sys
import uuid

from attacks import Service

EMPTY = {"phone_encrypted": None, "identity_masked": None, "external_ids": "{}"}


def copy(database, table, times):
    names = [row[1] for row in database.execute(f"pragma table_info({table})")]
    rows = database.execute(f"select {','.join(names)} from {table}").fetchall()
    for _ in range(times - 1):
        copies = [{**dict(zip(names, row)), "id": uuid.uuid4().bytes} for row in rows]
        values = [[EMPTY.get(name, row[name]) for name in names] for row in copies]
        database.executemany(f"insert into {table} values ({','.join('?' * len(names))})", values)


def enlarge(path, times):
    database = sqlite3.connect(path)
    database.execute("pragma foreign_keys = off")
    for table in ("matching_proposals", "matching_runs", "evaluations", "assignments"):
        database.execute(f"delete from {table}")
    database.execute("update mentors set active_mentees = 0")
    database.execute("update cadres set political_mentor_id = null, professional_mentor_id = null, mentoring = 'NONE'")
    copy(database, "mentors", times)
    copy(database, "cadres", times)
    database.commit()
    database.close()


def main():
    service = Service(sys.argv[1])
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(timeout=60)
    enlarge(f"{service.folder.name}/demo.db", int(sys.argv[2]))
    service.begin()
    try:
        token = service.sign_in("manager")[1]["accessToken"]
        city = json.loads(service.call("GET", "/v1/organizations?kind=CITY", token=token)[1])["items"][0]["id"]
        asked = {"organizationId": city, "crossUnit": "COUNTY", "keepExisting": False}
        status, content, planned = service.call("POST", "/v1/matching-runs", asked, token, timeout=120)
        run = json.loads(content)
        path = f"/v1/matching-runs/{run['id']}/_apply"
        applied, content, seconds = service.call("POST", path, {"activate": True}, token, timeout=120)
        pairs = json.loads(service.call("GET", "/v1/assignments?status=ACTIVE&count=exact&limit=1", token=token)[1])["total"]
        print(f"planned ({status}) in {planned:.2f} s, {pairs:,} pairs applied ({applied}) in {seconds:.2f} s")
    finally:
        service.stop()
    return 0 if applied == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
