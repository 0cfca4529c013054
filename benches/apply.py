"""Plans mentors for a cohort of a demo that was made so many times as large, and applies the plan: python3 benches/apply.py BINARY TIMES.

The rows of the demo's cadres and mentors are copied under new ids, without pairs, phones and numbers; nothing in them is a real
person. Traffic goes to 127.0.0.1 alone; only the process started here is ended.
"""

import json
import signal
import sqlite3
import sys

from attacks import Service
from enlarge import Table, enlarge

ALONE = {"phone_encrypted": None, "identity_masked": None, "external_ids": "{}"}
TABLES = [Table("mentors", blank={"phone_encrypted": None, "external_ids": "{}"}), Table("cadres", blank=ALONE)]


def part_all(path):
    database = sqlite3.connect(path)
    for table in ("follow_ups", "mentoring_sessions", "matching_proposals", "matching_runs", "evaluations", "assignments"):
        database.execute(f"delete from {table}")
    database.execute("update mentors set active_mentees = 0")
    database.execute("update cadres set political_mentor_id = null, professional_mentor_id = null, mentoring = 'NONE'")
    database.commit()
    database.close()


def main():
    service = Service(sys.argv[1])
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(timeout=60)
    path = f"{service.folder.name}/demo.db"
    part_all(path)
    enlarge(path, int(sys.argv[2]), TABLES)
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
