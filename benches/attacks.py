"""Attacks a demo of the service and prints what each attack came to.

Called by attacks.sh. Traffic goes to 127.0.0.1 alone; every attack is bounded in time; only the process started here is ended.
"""

import base64
import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PASSWORD = "attacking-passphrase"
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    """A demo of the binary in a folder of its own."""

    def __init__(self, binary):
        self.binary = binary
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        self.begin()

    def begin(self):
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"sqlite://{self.folder.name}/demo.db",
            "XINMIAO_DEMO_PASSWORD": PASSWORD,
            "XINMIAO_LOG": "error",
        }
        command = [self.binary, "serve", "--demo", "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        for line in self.process.stdout:
            if b"listens on" in line:
                break
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def memory(self):
        """Most resident memory so far, in MB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        return 0

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def call(self, method, path, body=None, token=None, media="application/json", headers=None, timeout=60):
        """Status, reply and seconds."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        sent = dict(headers or {})
        if token:
            sent["authorization"] = f"Bearer {token}"
        if body is not None:
            sent["content-type"] = media
            body = body if isinstance(body, (bytes, str)) else json.dumps(body)
            body = body.encode() if isinstance(body, str) else body
        began = time.monotonic()
        try:
            connection.request(method, path, body, sent)
            reply = connection.getresponse()
            content = reply.read()
            return reply.status, content, time.monotonic() - began
        except (OSError, http.client.HTTPException):
            return 0, b"", time.monotonic() - began
        finally:
            connection.close()

    def sign_in(self, username, password=PASSWORD):
        status, content, seconds = self.call("POST", "/v1/sessions", {"username": username, "password": password})
        return status, json.loads(content) if content else {}, seconds


def percentile(seconds, part):
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


class Watch:
    """Does something again and again while an attack runs, and keeps how long each time took."""

    def __init__(self, work):
        self.seconds, self.failed = [], 0
        self.work, self.over = work, threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over.is_set():
            good, seconds = self.work()
            self.seconds.append(seconds)
            self.failed += not good
            time.sleep(0.02)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def p99(self):
        return percentile(self.seconds, 0.99) * 1000


def signing_in(service, username):
    def work():
        status, _, seconds = service.sign_in(username)
        return status == 201, seconds
    return work


def number(prefix, sequence):
    digits = f"{prefix}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS))
    return digits + "10X98765432"[total % 11]


def portal(service, admin, manager):
    """A client that may write cadres and not reveal personal values."""
    root = json.loads(service.call("GET", "/v1/organizations?limit=1&sort=code", token=manager)[1])["items"][0]["id"]
    body = {"name": f"Attacker {time.time()}", "scopes": ["cadres:read", "cadres:write"], "organizationId": root}
    made = json.loads(service.call("POST", "/v1/clients", body, admin)[1])
    basic = base64.b64encode(f"{made['id']}:{made['secret']}".encode()).decode()
    form = "grant_type=client_credentials"
    headers = {"authorization": f"Basic {basic}"}
    reply = service.call("POST", "/oauth2/token", form, media="application/x-www-form-urlencoded", headers=headers)
    return json.loads(reply[1])["access_token"]


def unit_of(service, token):
    """The code of a unit with people."""
    cadre = json.loads(service.call("GET", "/v1/cadres?limit=1", token=token)[1])["items"][0]
    return json.loads(service.call("GET", f"/v1/organizations/{cadre['organizationId']}", token=token)[1])["code"]


def truths(service, manager, count):
    """Identity numbers of some cadres, as the attacker would like to know them."""
    page = json.loads(service.call("GET", f"/v1/cadres?limit={count}", token=manager)[1])["items"]
    found = []
    for cadre in page:
        full = json.loads(service.call("GET", f"/v1/cadres/{cadre['id']}?reveal=identityNumber", token=manager)[1])
        if full.get("identityNumber"):
            found.append(full["identityNumber"])
    return found


def guess(service, tokens):
    """Tries all endings of known regions and days of birth, whole and in small parts."""
    token = portal(service, tokens["admin"], tokens["manager"])
    known = truths(service, tokens["manager"], 60)
    hits, tried, unit = [], 0, unit_of(service, tokens["manager"])

    def attempt(candidates):
        name = lambda n: f"王{chr(0x4E00 + n)}"
        rows = "".join(f"{name(n)},{candidate},{unit},2022-08-26\n" for n, candidate in enumerate(candidates))
        file = "name,identityNumber,organizationCode,reportedOn\n" + rows
        status, content, _ = service.call("POST", "/v1/cadres/_import?dryRun=true", file, token, "text/csv")
        if status != 200:
            return False
        rows = {row["row"]: row["status"] for row in json.loads(content)["rows"]}
        hits.extend(candidate for n, candidate in enumerate(candidates) if rows.get(n + 1) == "UPDATED")
        return True

    # What the budget lets through tells a hit from a miss; otherwise nothing learned would mean nothing.
    control = known.pop()
    attempt([control])
    if hits != [control]:
        sys.exit(f"the attack does not tell a hit from a miss: {hits}")
    hits.clear()
    answered = 0
    for truth in known:
        candidates = [number(truth[:14], sequence) for sequence in range(1000)]
        tried += len(candidates)
        answered += len(candidates) if attempt(candidates) else 0
        for start in range(0, 20, 5):
            answered += 5 if attempt(candidates[start : start + 5]) else 0
    yield f"identity numbers guessed: {tried:,} candidates for {len(known)} people, {answered} answered", len(set(hits) & set(known)), "learned", 0


def theft(service, _):
    """A thief repeats a refresh token its owner has used."""
    first = service.sign_in("manager")[1]["refreshToken"]
    refresh = lambda token: service.call("POST", "/v1/sessions/_refresh", {"refreshToken": token})
    owner = json.loads(refresh(first)[1])["refreshToken"]
    time.sleep(10.5)
    thief = json.loads(refresh(first)[1]).get("refreshToken", "")
    refresh(owner)
    yield "a thief goes on after the owner came back", int(refresh(thief)[0] == 200), "sessions", 0


def floods(service, _):
    """Right and wrong passwords by the hundred, while others sign in."""
    with Watch(signing_in(service, "mentor")) as watch, concurrent.futures.ThreadPoolExecutor(300) as pool:
        list(pool.map(lambda _: service.sign_in("officer")[0], range(300)))
    yield "300 right sign-ins of one account: another's sign-in, p99", watch.p99(), "ms", 1000
    yield "the same: another's sign-ins refused", watch.failed, "", 0
    with Watch(signing_in(service, "mentor")) as watch, concurrent.futures.ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda n: service.sign_in(f"nobody{n}", "guess-guess")[0], range(400)))
    yield "400 wrong sign-ins of one address: a known account's sign-in, p99", watch.p99(), "ms", 1000
    yield "the same: its sign-ins refused", watch.failed, "", 0
    heard = 0
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda n: service.sign_in("auditor", f"guess number {n}")[0], range(300)))
        heard = sum(status == 401 for status in answers)
    yield "300 guesses at one account at once: compared (five, and one after each wait of 1 s, 2 s, 4 s)", heard, "", 8


def bodies(service, tokens):
    """Bodies made to bring large replies."""
    members = ",".join(f'"member{n}":{n}' for n in range(55_000))
    body = "{" + members + "}"
    sizes = []
    with concurrent.futures.ThreadPoolExecutor(120) as pool:
        replies = pool.map(lambda _: service.call("POST", "/v1/sessions", body), range(240))
        sizes = [len(content) for _, content, _ in replies]
    yield "930 kB of unknown members, 120 callers without a token: largest reply", max(sizes) / 1024, "KiB", 64
    rows = "".join("x,9x,1\n" for _ in range(100_000))
    _, content, _ = service.call("POST", "/v1/cadres/_import?dryRun=true", "name,sex,birthDate\n" + rows, tokens["manager"], "text/csv", timeout=120)
    yield "a file of 100,000 bad rows: the report", len(content) / 1024 / 1024, "MiB", 10


def connections(service, _):
    """Connections with one byte each, kept open again and again."""
    held, over = [], threading.Event()

    def hold():
        while not over.is_set():
            try:
                one = socket.create_connection(("127.0.0.1", service.port), timeout=5)
                one.sendall(b"G")
                held.append(one)
            except OSError:
                time.sleep(0.05)
            if len(held) > 1100:
                time.sleep(0.01)
                held.pop(0).close()

    asking = lambda: (lambda reply: (reply[0] == 200, reply[2]))(service.call("GET", "/livez", timeout=10))
    with Watch(asking) as watch:
        thread = threading.Thread(target=hold)
        thread.start()
        time.sleep(15)
        over.set()
        thread.join()
    for one in held:
        one.close()
    yield "1,100 connections with one byte each: another's request, p99", watch.p99(), "ms", 200
    yield "the same: its requests refused", watch.failed, "", 0


def writer(service, tokens):
    """Dry runs of the largest files, while others sign in, which writes."""
    unit = unit_of(service, tokens["manager"])
    name = lambda n: f"王{chr(0x4E00 + n % 300)}{chr(0x4E00 + n // 300)}"
    mentors = "".join(f"m{n},{name(n)},{unit},POLITICAL\n" for n in range(100_000))
    units = "".join(f"U-{n},某镇{n},TOWNSHIP,BZ-511902\n" for n in range(100_000))
    files = [
        ("mentors", "manager", "externalId,name,organizationCode,roles\n" + mentors),
        ("organizations", "admin", "code,name,kind,parentCode\n" + units),
    ]
    for resource, role, file in files:
        with Watch(signing_in(service, "mentor")) as watch:
            path = f"/v1/{resource}/_import?dryRun=true&source=attack"
            status, content, seconds = service.call("POST", path, file, tokens[role], "text/csv", timeout=120)
            made = json.loads(content).get("created", 0) if status == 200 else 0
            time.sleep(0.5)
        yield f"a dry run of 100,000 {resource} ({status} after {seconds:.0f} s, {made:,} would be made): the longest wait of a write", max(watch.seconds) * 1000, "ms", 1000
        yield "the same: sign-ins refused", watch.failed, "", 0


ATTACKS = [guess, theft, floods, bodies, connections, writer]


def main():
    service = Service(sys.argv[1])
    missed = 0
    print("| attack | came to | goal |\n| --- | --- | --- |", flush=True)
    try:
        tokens = {name: service.sign_in(name)[1]["accessToken"] for name in ("admin", "manager")}
        service.sign_in("mentor")
        for attack in ATTACKS:
            for name, figure, unit, goal in attack(service, tokens):
                is_missed = figure > goal
                missed += is_missed
                mark = " **missed**" if is_missed else ""
                print(f"| {name} | {figure:,.0f} {unit}{mark} | ≤ {goal:,} {unit} |", flush=True)
            print(f"{attack.__name__}: {service.memory():.0f} MB", file=sys.stderr)
        memory = service.memory()
        missed += memory > 300
        print(f"| resident memory, the most | {memory:,.0f} MB{' **missed**' if memory > 300 else ''} | ≤ 300 MB |")
    finally:
        service.stop()
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
