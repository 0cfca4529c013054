"""Talks, what was agreed in them, and postings, in a demo and in one made so many times as large: python3 benches/sessions.py BINARY TIMES.

Mentors, cadres, plans, pairs, talks (each twice), follow-ups and postings are copied; the copies of sealed words are empty, so that who reads
opens those of the demo alone. Traffic goes to 127.0.0.1 alone; only the process started here is ended.
"""

import os
import signal
import statistics
import sys

from attacks import Service
from enlarge import City, Table, enlarge

NAMES = ("manager", "officer", "mentor", "cadre")
PERSON = {"phone_encrypted": None, "external_ids": "{}"}
OF_PAIR = {"cadre_id": "cadres", "mentor_id": "mentors", "assignment_id": "assignments"}
UNSAID = {"words": b""}
TABLES = [
    Table("mentors", blank=PERSON),
    Table("cadres", {"political_mentor_id": "mentors", "professional_mentor_id": "mentors"}, {**PERSON, "identity_masked": None}),
    Table("plans", {"cadre_id": "cadres"}),
    Table("assignments", {"cadre_id": "cadres", "mentor_id": "mentors"}, {"replaces_id": None}),
    Table("mentoring_sessions", OF_PAIR, {**UNSAID, "group_id": None, "ordinal": lambda row: row["ordinal"] + 100}),
    Table("mentoring_sessions", OF_PAIR, {**UNSAID, "group_id": None}),
    Table("follow_ups", {**OF_PAIR, "session_id": "mentoring_sessions"}, UNSAID),
    Table("postings", {"cadre_id": "cadres", "lead_mentor_id": "mentors"}, {"growth_entry_id": None}),
]


def read_all(city):
    pair = city.call("GET", "/v1/me/mentees", caller="mentor")[0]["items"][0]
    cadre = pair["cadre"]["id"]
    session = city.call("GET", "/v1/mentoring-sessions?limit=1", caller="mentor")[0]["items"][0]
    posting = city.call("GET", "/v1/postings?limit=100")[0]["items"]
    host = next(one["hostOrganizationId"] for one in posting if one["hostOrganizationId"])
    lists = {
        "a page of 100 talks": ("/v1/mentoring-sessions?limit=100", NAMES),
        "the latest heart to heart": ("/v1/mentoring-sessions?kind=HEART_TO_HEART&sort=-occurredOn&limit=100", ("manager", "officer")),
        "talks of one cadre": (f"/v1/mentoring-sessions?cadreId={cadre}&limit=100", ("manager", "mentor")),
        "one talk": (f"/v1/mentoring-sessions/{session['id']}", ("manager", "mentor")),
        "follow-ups due": ("/v1/follow-ups?due=2023-07-24&sort=dueOn&limit=100", NAMES),
        "mentees, with what is due": ("/v1/me/mentees", ("mentor",)),
        "cadence of one pair": (f"/v1/assignments/{session['assignmentId']}/cadence", ("manager", "mentor")),
        "growth file": (f"/v1/cadres/{cadre}/growth-file", ("manager", "mentor")),
        "a page of 100 postings": ("/v1/postings?limit=100", ("manager", "officer")),
        "postings that run, by their end": ("/v1/postings?status=ACTIVE&sort=plannedEndsOn&limit=100", ("manager", "officer")),
        "postings to one unit": (f"/v1/postings?hostOrganizationId={host}&limit=100", ("manager",)),
        "one posting": (f"/v1/postings/{posting[0]['id']}", ("manager",)),
    }
    for name, (path, callers) in lists.items():
        times = ", ".join(f"{caller} {city.read(path, caller):.2f}" for caller in callers)
        print(f"{name}: {times} ms")
    totals = [city.call("GET", "/v1/mentoring-sessions?count=exact&limit=1")[1] for _ in range(5)]
    print(f"counted exactly, all talks: {statistics.median(totals) * 1000:.1f} ms")
    return cadre


def write_all(city, cadre):
    """Records 21 talks, and plans and gives up 21 postings."""
    recorded, planned = [], []
    talk = {"cadreId": cadre, "kind": "GUIDANCE", "separate": True, "topics": ["项目申报"], "note": "讲解项目申报流程", "followUps": [{"text": "读完申报指南"}]}
    posted = {"front": "PROJECT", "arrangement": "TASK_FORCE", "hostName": "项目指挥部", "task": "征地拆迁协调",
              "plannedStartsOn": "2024-07-01", "plannedEndsOn": "2024-09-30"}
    people = city.call("GET", "/v1/cadres?phase=NURTURING&status=ACTIVE&limit=100")[0]["items"]
    is_free = lambda person: not city.call("GET", f"/v1/postings?cadreId={person['id']}&status=PLANNED,ACTIVE")[0]["items"]
    people = [person for person in people if is_free(person)][:21]
    for day, person in enumerate(people, 1):
        body = {**talk, "occurredAt": f"2023-06-{day:02}T09:00:00+08:00"}
        recorded.append(city.call("POST", "/v1/mentoring-sessions", body, caller="mentor")[1])
        made, seconds = city.call("POST", "/v1/postings", {**posted, "cadreId": person["id"]})
        planned.append(seconds)
        city.call("POST", f"/v1/postings/{made['id']}/_cancel", {"reason": "另有安排"})
    print(f"a talk recorded: {statistics.median(recorded) * 1000:.2f} ms, a posting planned: {statistics.median(planned) * 1000:.2f} ms")


def measure(service):
    city = City(service, NAMES)
    write_all(city, read_all(city))


def main():
    service = Service(sys.argv[1])
    path = f"{service.folder.name}/demo.db"
    try:
        measure(service)
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(timeout=60)
        counts = enlarge(path, int(sys.argv[2]), TABLES)
        told = ", ".join(f"{count:,} {table}" for table, count in counts.items())
        print(f"now {told}; {os.path.getsize(path) / 1e6:,.0f} MB")
        service.begin()
        measure(service)
    finally:
        service.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
