"""An acknowledged write survives kill -9: the service on SQLite, 16 writers, 2,000 acknowledged writes.

Only the standard library; traffic goes to 127.0.0.1 alone; only processes started here are ended.
"""

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
WRITES = 2000
PASSWORD = "crash-test-passphrase"
DEADLINE = time.monotonic() + 300


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Service:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.port = free_port()
        self.file = os.path.join(folder, "crash.db")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("XINMIAO_")},
            "DATABASE_URL": f"sqlite://{self.file}",
            "XINMIAO_LISTEN": f"127.0.0.1:{self.port}",
            "XINMIAO_LOG": "warn",
        }
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

    def request(self, method, path, body=None, token=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            return self.send(connection, method, path, body, token)
        finally:
            connection.close()

    @staticmethod
    def send(connection, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
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


def write_until_killed(service, token, writer, round_number, acknowledged, stop):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
    number = 0
    while not stop.is_set():
        number += 1
        external_id = f"W-{round_number}-{writer}-{number}"
        body = {
            "name": "测试人员",
            "organizationCode": "BZ",
            "reportedOn": "2022-08-01",
            "externalIds": {"crash": external_id},
        }
        try:
            status, reply = service.send(connection, "POST", "/v1/cadres", body, token)
        except (OSError, http.client.HTTPException):
            return
        if status != 201:
            acknowledged.append((external_id, f"status {status}: {reply}"))
            return
        acknowledged.append((external_id, reply["id"]))


def main():
    binary = os.path.abspath(sys.argv[1])
    organizations = os.path.abspath("data/demo/organizations.csv")
    with tempfile.TemporaryDirectory(prefix="xinmiao-crash.") as folder:
        service = Service(binary, folder)
        service.run("migrate")
        service.run("import", organizations, "--resource", "organizations", "--source", "demo")
        service.run(
            "user", "create", "--username", "manager", "--role", "PROGRAMME_MANAGER", "--organization", "BZ",
            "--password-stdin", text=PASSWORD,
        )
        acknowledged, rounds = [], 0
        while len(acknowledged) < WRITES and time.monotonic() < DEADLINE:
            rounds += 1
            service.start()
            token, stop = service.login(), threading.Event()
            writers = [
                threading.Thread(target=write_until_killed, args=(service, token, n, rounds, acknowledged, stop))
                for n in range(WRITERS)
            ]
            for writer in writers:
                writer.start()
            time.sleep(random.uniform(0.3, 1.5))
            service.kill()
            stop.set()
            for writer in writers:
                writer.join()
            refused = [outcome for _, outcome in acknowledged if outcome.startswith("status ")]
            if refused:
                sys.exit(f"a write was refused: {refused[0]}")
        service.start()
        token = service.login()
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=20)
        lost = 0
        for external_id, cadre_id in acknowledged:
            status, body = service.send(connection, "GET", f"/v1/cadres/by-external-id/crash/{external_id}", None, token)
            lost += status != 200 or body["id"] != cadre_id
        service.kill()
        with sqlite3.connect(service.file) as database:
            integrity = database.execute("PRAGMA integrity_check").fetchone()[0]
            cadres = database.execute("SELECT count(*) FROM cadres").fetchone()[0]
            journaled = database.execute("SELECT count(*) FROM journal_entries WHERE action = 'cadre.created'").fetchone()[0]
        verdict = service.run("journal", "verify").strip()
        print(f"{len(acknowledged)} writes acknowledged in {rounds} rounds, {lost} lost; {cadres} cadres, {journaled} journaled")
        print(f"integrity_check: {integrity}; journal verify: {verdict.splitlines()[-1] if verdict else 'ok'}")
        if len(acknowledged) < WRITES:
            sys.exit(f"only {len(acknowledged)} of {WRITES} writes in the time given")
        if lost or integrity != "ok" or cadres != journaled:
            sys.exit("an acknowledged write was lost, or the file is damaged")


main()
