"""Measures the service and its floors in one run: medians of several rounds, with the same load on both.

Called by run.sh. Traffic goes to 127.0.0.1 alone; every load is bounded in time; only processes started here are ended.
"""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import seed

ROUNDS = 3
SECONDS = 5
CONNECTIONS = 16
PASSWORD = "measuring-passphrase"
HERE = os.path.dirname(os.path.abspath(__file__))
RELEASE = os.path.join(os.path.dirname(HERE), "target", "release")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def call(url, token=None, body=None, accept=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if accept:
        headers["Accept"] = accept
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.read()


def wait_for(url, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{process.args[0]} ended by itself")
        try:
            return call(url)
        except OSError:
            time.sleep(0.01)
    sys.exit(f"{url} did not answer")


def memory(process):
    """Resident memory, and how much of it is the service's own: the rest are pages of the database and the binary."""
    with open(f"/proc/{process.pid}/status") as status:
        text = status.read()
    megabytes = [int(re.search(rf"{name}:\s+(\d+)", text).group(1)) / 1024 for name in ("VmRSS", "RssAnon")]
    return "{:.0f} MB, {:.0f} MB of it its own".format(*megabytes)


class Wrk:
    """Requests per second and the 99th percentile of a load, as medians of ROUNDS rounds."""

    def __init__(self, folder):
        self.folder = folder

    def load(self, url, token=None, script=None, connections=CONNECTIONS):
        rates, tails, errors = [], [], 0
        for turn in range(ROUNDS):
            arguments = ["wrk", "-t2", f"-c{connections}", f"-d{SECONDS}s", "--latency"]
            if token:
                arguments += ["-H", f"Authorization: Bearer {token}"]
            if script:
                path = os.path.join(self.folder, "load.lua")
                with open(path, "w") as file:
                    file.write(script(turn) if callable(script) else script)
                arguments += ["-s", path]
            text = subprocess.run([*arguments, url], capture_output=True, text=True, check=True).stdout
            rates.append(float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1)))
            tails.append(milliseconds(re.search(r"99%\s+(\S+)", text).group(1)))
            failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
            errors += int(failed.group(1)) if failed else 0
        return statistics.median(rates), statistics.median(tails), errors


def milliseconds(text):
    number, unit = re.match(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, rate, tail, against=None, goal=None, errors=0):
        share = f"{100 * rate / against:.0f} %" if against else ""
        self.rows.append((what, f"{rate:,.0f}/s", f"{tail:.2f} ms" if tail else "", share, goal or "", str(errors or "")))
        print("  ".join(self.rows[-1]), flush=True)

    def note(self, what, value, goal=""):
        self.rows.append((what, value, "", "", goal, ""))
        print("  ".join(self.rows[-1]), flush=True)

    def markdown(self):
        head = ("what", "rate", "p99", "of the floor", "goal", "errors")
        lines = [f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *self.rows)]
        return "\n".join(lines)


def paths_script(paths):
    """Walks through many addresses, so that no single row is hot."""
    listed = ",".join(f'"{path}"' for path in paths)
    return f"local p={{{listed}}}\nlocal i=0\nrequest=function() i=i%#p+1 return wrk.format('GET',p[i]) end\n"


def evaluation_script(cadres, load):
    """A new evaluation with every request of a round: another cadre, and another day when all have had theirs."""
    return lambda turn: evaluations_from(cadres, 60_000 * (load * ROUNDS + turn))


def evaluations_from(cadres, offset):
    listed = ",".join(f'"{cadre}"' for cadre in cadres)
    return f"""
local c={{{listed}}}
local thread_number=0
setup=function(thread) thread:set('number', thread_number) thread_number=thread_number+1 end
local i=0
wrk.headers['Content-Type']='application/json'
request=function()
  i=i+1
  local n=(i-1)*2+number+{offset}
  local cadre=c[n%#c+1]
  local day=math.floor(n/#c)
  local from=string.format('2023-%02d-%02d',1+math.floor(day/28)%6,1+day%28)
  local body='{{"cadreId":"'..cadre..'","kind":"ORDINARY","periodFrom":"'..from..'","periodTo":"'..from..'","evaluatorRelation":"UNIT","grade":"GOOD","scores":[{{"dimension":"STATE_OF_MIND","score":90}},{{"dimension":"WORK_PERFORMANCE","score":91}},{{"dimension":"POST_FIT","score":88}},{{"dimension":"COMPETENCE","score":87}}]}}'
  return wrk.format('POST','/v1/evaluations',nil,body)
end
"""


def pgbench(url, statements, folder, count):
    """Transactions per second of the same statements through prepared statements: the floor on PostgreSQL."""
    script = os.path.join(folder, "floor.sql")
    with open(script, "w") as file:
        file.write(f"\\set n random(0, {count - 1})\n{statements}\n")
    rates = []
    for _ in range(ROUNDS):
        text = subprocess.run(
            ["pgbench", "-n", "-M", "prepared", f"-c{CONNECTIONS}", "-j2", f"-T{SECONDS}", "-f", script, url],
            capture_output=True, text=True, check=True,
        ).stdout
        rates.append(float(re.search(r"tps = ([\d.]+)", text).group(1)))
    return statistics.median(rates)


def postgres_floors(url, folder, count):
    some = "(SELECT id FROM bench_cadres WHERE n = :n)"
    subprocess.run(["psql", "-qX", "-c",
        "CREATE TABLE IF NOT EXISTS bench_cadres AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM cadres; "
        "CREATE UNIQUE INDEX IF NOT EXISTS bench_cadres_n ON bench_cadres (n); ANALYZE bench_cadres; "
        "CREATE TABLE IF NOT EXISTS bench_evaluations (LIKE evaluations INCLUDING ALL)", url], check=True)
    one = (
        "SELECT c.*, o.name, o.path, o.remote, p.name, q.name, EXISTS (SELECT 1 FROM absences a WHERE a.cadre_id = c.id "
        "AND a.starts_on <= '2023-07-24' AND (a.ends_on IS NULL OR a.ends_on >= '2023-07-24')) FROM cadres c "
        "JOIN organizations o ON o.id = c.organization_id LEFT JOIN mentors p ON p.id = c.political_mentor_id "
        f"LEFT JOIN mentors q ON q.id = c.professional_mentor_id WHERE c.id = {some};"
    )
    page = one.replace(f"WHERE c.id = {some};", f"WHERE c.id > {some} ORDER BY c.id LIMIT 51;")
    file = one + f"\nSELECT * FROM evaluations WHERE cadre_id = {some} ORDER BY period_to DESC, id DESC LIMIT 5;"
    insert = (
        "INSERT INTO bench_evaluations SELECT gen_random_uuid(), 1, 1, 1, NULL, cadre_id, kind, period_from, period_to, "
        "evaluator_relation, NULL, NULL, gen_random_uuid()::text, true, scores, overall_score, grade, summary, suggestions, status, "
        "submitted_at, return_reason, confirmed_at, NULL, acknowledged_at, objection, NULL, NULL, organization_id, phase, "
        f"present_organization_id FROM evaluations WHERE cadre_id = {some} LIMIT 1;"
    )
    floors = {"one": one, "page": page, "file": file, "insert": insert}
    return {name: pgbench(url, statements, folder, count) for name, statements in floors.items()}


class Service:
    def __init__(self, url, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.binary = os.path.join(RELEASE, "xinmiao")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("XINMIAO_")},
            "DATABASE_URL": url, "XINMIAO_LISTEN": f"127.0.0.1:{self.port}", "XINMIAO_LOG": "warn",
            "XINMIAO_SECRET_KEY": "11" * 32,
        }
        self.folder, self.process = folder, None

    def run(self, *arguments, text=None):
        subprocess.run([self.binary, *arguments], env=self.environment, cwd=self.folder, input=text, text=True, check=True,
                       stdout=subprocess.DEVNULL)

    def start(self):
        began = time.monotonic()
        self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, cwd=self.folder,
                                        stdout=subprocess.DEVNULL, stderr=sys.stderr)
        wait_for(f"{self.url}/readyz", self.process)
        return time.monotonic() - began

    def token(self):
        reply = call(f"{self.url}/v1/sessions", None, {"username": "manager", "password": PASSWORD})
        return json.loads(reply)["accessToken"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def floor(wrk, folder, body):
    path = os.path.join(folder, "body")
    with open(path, "wb") as file:
        file.write(body)
    port = free_port()
    process = subprocess.Popen([os.path.join(RELEASE, "examples", "floor"), str(port), path])
    wait_for(f"http://127.0.0.1:{port}/", process)
    rate, tail, _ = wrk.load(f"http://127.0.0.1:{port}/")
    process.terminate()
    process.wait()
    return rate, tail


def measure(database, scale, folder):
    wrk, table = Wrk(folder), Table()
    url = f"sqlite://{folder}/bench.db" if database == "sqlite" else os.environ["BENCH_POSTGRES_URL"]
    service = Service(url, folder)
    service.run("migrate")
    sys.argv = ["seed", url, str(scale)]
    seed.main()
    service.run("user", "create", "--username", "manager", "--role", "PROGRAMME_MANAGER", "--organization", "U0",
                "--password-stdin", text=PASSWORD)
    table.note("start, database filled", f"{service.start() * 1000:.0f} ms", "≤ 1,000 ms")
    if database == "sqlite":
        table.note("database file", f"{os.path.getsize(folder + '/bench.db') / 1e6:,.0f} MB")
    table.note("memory, idle", memory(service.process), "≤ 60 MB")
    token = service.token()
    count = int(100_000 * scale)
    cadres = [str(seed.make_id("cadre", n * max(1, count // 2000))) for n in range(min(2000, count))]
    floors = postgres_floors(url, folder, count) if database == "postgres" else {}

    one = f"/v1/cadres/{cadres[0]}"
    bare, bare_tail = floor(wrk, folder, call(service.url + one, token))
    table.add("bare handler, the bytes of one cadre", bare, bare_tail)
    rate, tail, errors = wrk.load(service.url, token, paths_script(f"/v1/cadres/{c}" for c in cadres))
    table.add("GET one cadre", rate, tail, bare, "≥ 35 % of the bare handler (SQLite)", errors)
    if floors:
        table.add("pgbench, the same statement", floors["one"], None)
        table.add("GET one cadre, of pgbench", rate, tail, floors["one"], "≥ 40 % of pgbench", errors)

    page = json.loads(call(f"{service.url}/v1/cadres?limit=50", token))
    deep = page
    for _ in range(40):
        deep = json.loads(call(f"{service.url}/v1/cadres?limit=1000&cursor={deep['nextCursor']}", token)) if "nextCursor" in deep else deep
    token = service.token()
    first_rate, first_tail, errors = wrk.load(f"{service.url}/v1/cadres?limit=50", token)
    table.add("a page of 50, the first", first_rate, first_tail, floors.get("page"), "≥ 50 % of pgbench", errors)
    if "nextCursor" in deep:
        rate, tail, errors = wrk.load(f"{service.url}/v1/cadres?limit=50&cursor={deep['nextCursor']}", token)
        table.add("a page of 50, 40,000 rows in", rate, tail, first_rate, "± 20 % of the first", errors)

    token = service.token()
    core = "sections=person,mentors,evaluations"
    rate, tail, errors = wrk.load(service.url, token, paths_script(f"/v1/cadres/{c}/growth-file?{core}" for c in cadres))
    table.add("growth file: person, mentors, evaluations", rate, tail, floors.get("file"), "≥ 40 % of pgbench", errors)

    token = service.token()
    alone, tail, errors = wrk.load(service.url, token, evaluation_script(cadres, 0), connections=2)
    table.add("POST evaluation, 2 callers", alone, tail, None, "", errors)
    rate, tail, errors = wrk.load(service.url, service.token(), evaluation_script(cadres, 1))
    against, goal = (floors["insert"], "≥ 40 % of pgbench's insert") if floors else (alone, "> the rate of 2 callers")
    table.add("POST evaluation, 16 callers", rate, tail, against, goal, errors)
    table.note("memory, after the load", memory(service.process), "≤ 250 MB")
    service.stop()
    print(f"\n{database}, scale {scale}, {os.cpu_count()} cores, medians of {ROUNDS} rounds of {SECONDS} s\n")
    print(table.markdown())


def main():
    with tempfile.TemporaryDirectory(prefix="xinmiao-bench.") as folder:
        measure(sys.argv[1], float(sys.argv[2]), folder)


main()
