"""Fills a migrated, empty database with a synthetic province for measuring: python3 benches/seed.py DATABASE_URL [SCALE].

SCALE 1 is 100,000 cadres, 50,000 mentors, 200,000 assignments and 1,000,000 evaluations. Rows are the same on both
databases and on every run. SQLite is written directly; PostgreSQL through psql's COPY. Nothing in it is a real person.
"""

import itertools
import random
import sqlite3
import subprocess
import sys
import uuid

NOW = 1_690_000_000_000_000
KINDS = {"organization": 1, "mentor": 2, "cadre": 3, "assignment": 4, "evaluation": 5}


def make_id(kind, number):
    """A version 7 id: grows with the number."""
    millis = 1_690_000_000_000 + number
    value = (millis << 80) | (7 << 76) | (KINDS[kind] << 64) | (2 << 62) | (KINDS[kind] << 40) | number
    return uuid.UUID(int=value)


def organizations():
    """One city, 20 counties, 400 townships."""
    rows, units = [], []
    names = [("city", None)] + [("county", 0)] * 20 + [("township", 1 + n % 20) for n in range(400)]
    paths = []
    for number, (kind, parent) in enumerate(names):
        ident = make_id("organization", number)
        path = (paths[parent] if parent is not None else "") + ident.hex[20:] + "/"
        paths.append(path)
        word = {"city": "CITY", "county": "COUNTY", "township": "TOWNSHIP"}[kind]
        rows.append({
            "id": ident, "version": 1, "created_at": NOW, "updated_at": NOW, "created_by": None, "code": f"U{number}",
            "name": f"单位{number}", "short_name": None, "kind": word,
            "parent_id": make_id("organization", parent) if parent is not None else None, "path": path,
            "division_code": "511902", "remote": number % 10 == 0, "status": "ACTIVE", "valid_from": None,
            "valid_to": None, "successor_id": None, "external_ids": "{}",
        })
        if kind == "township":
            units.append(ident)
    return rows, units


def people(scale, units):
    """Two mentors for every cadre of their own unit, each mentor with four mentees."""
    count = int(100_000 * scale)
    mentors, cadres, posts, assignments = [], [], [], []
    for number in range(count // 2):
        unit = units[number % len(units)]
        mentors.append({
            "id": make_id("mentor", number), "version": 1, "created_at": NOW, "updated_at": NOW + number, "created_by": None,
            "name": f"导师{number:06}", "sex": "1", "political_status": "01", "phone_encrypted": None,
            "organization_id": unit, "post_title": "副主任", "position_level": "MID_LEVEL_LEAD", "political": True,
            "professional": True, "expertise": "[]", "max_mentees": 10, "active_mentees": 4, "status": "APPOINTED",
            "appointed_on": "2020-08-01", "suspended_from": None, "suspended_until": None, "retired_on": None,
            "external_ids": "{}",
        })
    for number in range(count):
        unit = units[number % len(units)]
        ident = make_id("cadre", number)
        # The mentors of a unit stand one round of units apart, as its cadres do.
        first = number % (count // 2)
        second = (number + len(units)) % (count // 2)
        reported = f"202{number % 3}-{1 + number % 12:02}-{1 + number % 28:02}"
        cadres.append({
            "id": ident, "version": 1, "created_at": NOW, "updated_at": NOW + number, "created_by": None,
            "name": f"干部{number:06}", "sex": "2", "birth_date": "1998-03", "ethnicity": "01", "political_status": "03",
            "identity_masked": "9900************26", "phone_encrypted": None, "native_place": "511902",
            "household_registration": "511902", "education_level": "21", "degree": "402", "school": "四川师范大学",
            "major": "金融学", "organization_id": unit, "post_title": "一级科员", "post_category": "GRASSROOTS",
            "rank": None, "recruitment_channel": "OPEN_EXAM", "reported_on": reported, "status": "ACTIVE",
            "probation_extended_until": None, "political_mentor_id": make_id("mentor", first),
            "professional_mentor_id": make_id("mentor", second), "mentoring": "FULL", "non_local": "NONE",
            "external_ids": "{}",
        })
        posts.append({
            "cadre_id": ident, "starts_on": reported, "ends_on": None, "organization_id": unit, "post_title": "一级科员",
            "post_category": "GRASSROOTS",
        })
        for role, mentor in (("POLITICAL", first), ("PROFESSIONAL", second)):
            assignments.append({
                "id": make_id("assignment", len(assignments)), "version": 1, "created_at": NOW, "updated_at": NOW + number,
                "created_by": None, "cadre_id": ident, "mentor_id": make_id("mentor", mentor), "role": role,
                "pairing_style": "EXPERIENCED_LEADS_NEW", "status": "ACTIVE", "starts_on": reported,
                "planned_ends_on": None, "ends_on": None, "end_reason": None, "end_note": None, "agreement": None,
                "cross_unit_reason": None, "replaces_id": None, "needs_replacement_since": None,
                "needs_replacement_reason": None, "organization_id": unit, "phase": "SEEDLING",
                "present_organization_id": unit,
            })
    return mentors, cadres, posts, assignments


def evaluations(cadres):
    """Ten ordinary appraisals by the unit for every cadre."""
    dice = random.Random(1)
    quarters = [(f"{year}-{m:02}-01", f"{year}-{m + 2:02}-{30 if m in (4, 7) else 31}") for year in (2021, 2022, 2023) for m in (1, 4, 7, 10)]
    number = 0
    for cadre in cadres:
        for start, end in quarters[:10]:
            scores = [dice.randint(70, 99) for _ in range(4)]
            words = ("STATE_OF_MIND", "WORK_PERFORMANCE", "POST_FIT", "COMPETENCE")
            listed = ",".join(f'{{"dimension":"{w}","score":{s},"comment":null}}' for w, s in zip(words, scores))
            yield {
                "id": make_id("evaluation", number), "version": 1, "created_at": NOW, "updated_at": NOW + number,
                "created_by": None, "cadre_id": cadre["id"], "kind": "ORDINARY", "period_from": start, "period_to": end,
                "evaluator_relation": "UNIT", "evaluator_user_id": None, "mentor_id": None, "rater": "UNIT", "live": True,
                "scores": f"[{listed}]", "overall_score": sum(scores) * 25, "grade": "GOOD", "summary": "工作积极，业务进步明显",
                "suggestions": None, "status": "CONFIRMED", "submitted_at": NOW, "return_reason": None, "confirmed_at": NOW,
                "confirmed_by": None, "acknowledged_at": NOW, "objection": None, "supersedes_id": None,
                "superseded_by_id": None, "organization_id": cadre["organization_id"], "phase": "SEEDLING",
                "present_organization_id": cadre["organization_id"],
            }
            number += 1


class Sqlite:
    def __init__(self, path):
        self.database = sqlite3.connect(path)
        self.database.execute("PRAGMA synchronous = OFF")

    def load(self, table, rows):
        rows = iter(rows)
        first = next(rows)
        columns = list(first)
        every = itertools.chain([first], rows)
        statement = f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})"
        self.database.executemany(statement, ([self.value(row[c]) for c in columns] for row in every))
        self.database.commit()

    @staticmethod
    def value(value):
        return value.bytes if isinstance(value, uuid.UUID) else int(value) if isinstance(value, bool) else value

    def finish(self):
        self.database.execute("ANALYZE")
        self.database.commit()
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.database.close()


class Postgres:
    def __init__(self, url):
        self.url = url

    def load(self, table, rows):
        rows = iter(rows)
        first = next(rows)
        columns = list(first)
        psql = subprocess.Popen(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", f"COPY {table} ({','.join(columns)}) FROM STDIN", self.url],
            stdin=subprocess.PIPE, text=True, encoding="utf-8",
        )
        for row in itertools.chain([first], rows):
            psql.stdin.write(self.line(row, columns))
        psql.stdin.close()
        if psql.wait() != 0:
            sys.exit(f"COPY {table} failed")

    @staticmethod
    def line(row, columns):
        def text(value):
            if value is None:
                return r"\N"
            if isinstance(value, bool):
                return "t" if value else "f"
            return str(value).replace("\\", "\\\\").replace("\t", " ")

        return "\t".join(text(row[c]) for c in columns) + "\n"

    def finish(self):
        subprocess.run(["psql", "-qX", "-c", "VACUUM ANALYZE", self.url], check=True)


def main():
    url, scale = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    target = Sqlite(url.removeprefix("sqlite://")) if url.startswith("sqlite://") else Postgres(url)
    rows, units = organizations()
    target.load("organizations", rows)
    mentors, cadres, posts, assignments = people(scale, units)
    target.load("mentors", mentors)
    target.load("cadres", cadres)
    target.load("cadre_posts", posts)
    target.load("assignments", assignments)
    target.load("evaluations", evaluations(cadres))
    target.finish()
    print(f"{len(cadres)} cadres, {len(mentors)} mentors, {len(assignments)} assignments, {len(cadres) * 10} evaluations")


if __name__ == "__main__":
    main()
