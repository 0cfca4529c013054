"""A keyed write has its effect once, whatever dies: the service is killed with SIGKILL again and again while 16 writers send
10,000 keyed POSTs, each repeated with its key until it is answered, and now and then after that too. Afterwards there is exactly
one row for each, and the reply that was acknowledged names it.

    crash.py BINARY [DATABASE_URL]

On SQLite in a temporary folder, or in the empty database that is named. Only the standard library; traffic goes to 127.0.0.1
alone; only processes started here are ended.
"""

import base64
import http.client
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

WRITERS = 16
WRITES = 10000
PASSWORD = "crash-test-passphrase"
DEADLINE = time.monotonic() + 420


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    def __init__(self, binary, folder, database):
        self.binary, self.folder = binary, folder
        self.port = free_port()
        self.file = None if database else os.path.join(folder, "crash.db")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("XINMIAO_")},
            "DATABASE_URL": database or f"sqlite://{self.file}",
            "XINMIAO_LISTEN": f"127.0.0.1:{self.port}",
            "XINMIAO_LOG": "warn",
        }
        if database:
            secret = os.path.join(folder, "secret.key")
            with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(base64.b64encode(os.urandom(32)))
            self.environment["XINMIAO_SECRET_KEY_FILE"] = secret
        self.process = None

    def run(self, *arguments, text=None):
        done = subprocess.run(
            [self.binary, *arguments], env=self.environment, cwd=self.folder, input=text, text=True, capture_output=True
        )
        if done.returncode != 0:
            sys.exit(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        log = open(os.path.join(self.folder, "service.log"), "ab")
        self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, cwd=self.folder, stdout=log, stderr=log)
        while time.monotonic() < DEADLINE:
            if self.process.poll() is not None:
                sys.exit("the service ended by itself; see service.log")
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        sys.exit("the service did not get ready")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def request(self, method, path, body=None, token=None):
        connection = self.connect()
        try:
            return self.send(connection, method, path, body, token)
        finally:
            connection.close()

    @staticmethod
    def send(connection, method, path, body=None, token=None, key=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if key:
            headers["Idempotency-Key"] = key
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        reply = connection.getresponse()
        text = reply.read()
        return reply.status, json.loads(text) if text and reply.getheader("content-type", "").endswith("json") else None

    def login(self):
        status, body = self.request("POST", "/v1/sessions", {"username": "manager", "password": PASSWORD})
        if status != 201:
            sys.exit(f"sign-in answered {status}: {body}")
        return body["accessToken"]


class Writer:
    """Sends one keyed POST after another; the one without an answer is sent again until it has one."""

    def __init__(self, number):
        self.number, self.sent, self.pending = number, 0, None
        # By mark: the id of the row, as it was acknowledged.
        self.acknowledged, self.repeated, self.fault = {}, 0, None

    def next_mark(self):
        if self.pending is None:
            self.sent += 1
            self.pending = f"W-{self.number}-{self.sent}"
        return self.pending

    def post(self, service, connection, token, mark):
        body = {"name": "测试人员", "organizationCode": "BZ", "reportedOn": "2022-08-01", "postTitle": mark}
        return service.send(connection, "POST", "/v1/cadres", body, token, key=f"crash-key-{mark}")

    def attempt(self, service, connection, token):
        """Sends what has no answer yet; waits a little where the service asks for it."""
        mark = self.next_mark()
        status, reply = self.post(service, connection, token, mark)
        if status == 201:
            self.acknowledged[mark] = reply["id"]
            self.pending = None
        elif status == 503 or (status == 409 and reply["code"] == "conflict"):
            # Busy, or the same key is still at work for a request whose sender is gone.
            time.sleep(0.1)
        else:
            self.fault = f"{mark} was answered {status}: {reply}"

    def run(self, service, token, stop):
        connection = service.connect()
        try:
            while not stop.is_set() and self.fault is None:
                self.attempt(service, connection, token)
                if self.pending is None and random.random() < 0.1:
                    self.repeat(service, connection, token)
        except (OSError, http.client.HTTPException):
            return

    def repeat(self, service, connection, token):
        """An acknowledged one again: the same reply, no second row."""
        mark = random.choice(list(self.acknowledged))
        status, reply = self.post(service, connection, token, mark)
        self.repeated += 1
        if status != 201 or reply["id"] != self.acknowledged[mark]:
            self.fault = f"{mark}, sent again, was answered {status}: {reply}"


def rows(service, token):
    """Every row that there is: how often each mark stands in the register, and the id of the last one."""
    connection, counts, ids, cursor = service.connect(), {}, {}, ""
    while True:
        path = f"/v1/cadres?limit=1000&fields=postTitle{cursor}"
        status, page = service.send(connection, "GET", path, None, token)
        if status != 200:
            sys.exit(f"the list answered {status}: {page}")
        for item in page["items"]:
            mark = item["postTitle"]
            counts[mark] = counts.get(mark, 0) + 1
            ids[mark] = item["id"]
        if not page.get("nextCursor"):
            return counts, ids
        cursor = f"&cursor={page['nextCursor']}"


def journaled(service, token):
    connection, count, cursor = service.connect(), 0, ""
    while True:
        path = f"/v1/journal?action=cadre.created&limit=1000{cursor}"
        status, page = service.send(connection, "GET", path, None, token)
        if status != 200:
            sys.exit(f"the journal answered {status}: {page}")
        count += len(page["items"])
        if not page.get("nextCursor"):
            return count
        cursor = f"&cursor={page['nextCursor']}"


def run_and_kill(service, writers, seconds):
    token, stop = service.login(), threading.Event()
    threads = [threading.Thread(target=writer.run, args=(service, token, stop)) for writer in writers]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    service.kill()
    stop.set()
    for thread in threads:
        thread.join()


def finish(service, writer, token):
    """What was never answered is sent until it is."""
    connection = service.connect()
    while writer.pending and writer.fault is None and time.monotonic() < DEADLINE:
        writer.attempt(service, connection, token)
    if writer.pending:
        sys.exit(writer.fault or f"{writer.pending} was not answered in the time given")


def main():
    binary = os.path.abspath(sys.argv[1])
    database = sys.argv[2] if len(sys.argv) > 2 else None
    organizations = os.path.abspath("data/demo/organizations.csv")
    with tempfile.TemporaryDirectory(prefix="xinmiao-crash.") as folder:
        service = Service(binary, folder, database)
        service.run("migrate")
        service.run("import", organizations, "--resource", "organizations", "--source", "demo")
        service.run(
            "user", "create", "--username", "manager", "--role", "PROGRAMME_MANAGER", "--organization", "BZ",
            "--password-stdin", text=PASSWORD,
        )
        writers, rounds = [Writer(n) for n in range(WRITERS)], 0
        while sum(writer.sent for writer in writers) < WRITES and time.monotonic() < DEADLINE:
            rounds += 1
            service.start()
            run_and_kill(service, writers, random.uniform(0.2, 1.5))
            faults = [writer.fault for writer in writers if writer.fault]
            if faults:
                sys.exit(faults[0])
        service.start()
        token = service.login()
        for writer in writers:
            finish(service, writer, token)
        judge(service, writers, rounds)


def judge(service, writers, rounds):
    token = service.login()
    acknowledged = {mark: row for writer in writers for mark, row in writer.acknowledged.items()}
    repeated = sum(writer.repeated for writer in writers)
    counts, ids = rows(service, token)
    wrong = [mark for mark, row in acknowledged.items() if counts.get(mark) != 1 or ids[mark] != row]
    strays = [mark for mark in counts if mark not in acknowledged]
    time.sleep(1.5)
    entries = journaled(service, token)
    service.kill()
    integrity = "ok"
    if service.file:
        with sqlite3.connect(service.file) as database:
            integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
    verdict = service.run("journal", "verify").strip()
    print(
        f"{len(acknowledged)} keyed writes in {rounds} rounds, {repeated} sent again after their answer: "
        f"{len(wrong)} not there exactly once, {len(strays)} nobody sent; {entries} journaled"
    )
    print(f"integrity_check: {integrity}; journal verify: {verdict.splitlines()[-1] if verdict else 'ok'}")
    if len(acknowledged) < WRITES:
        sys.exit(f"only {len(acknowledged)} of {WRITES} writes in the time given")
    if wrong or strays or integrity != "ok" or entries != len(acknowledged):
        sys.exit(f"a write was lost or done twice, or the file is damaged: {(wrong + strays)[:5]}")


main()
