"""A demo, and the same made so many times as large: rows are copied under new ids. Nothing in the copies is a real person."""

import json
import sqlite3
import statistics
import uuid


class Table:
    """Rows that are copied.

    `refs` names the table whose copies a column refers to; a row whose references were not all copied stays alone. `blank` is what a
    copy does not take over, with what stands instead, or how that follows from the row: what is unique, or sealed for its own row.
    """

    def __init__(self, name, refs=None, blank=None, has_id=True):
        self.name, self.refs, self.blank, self.has_id = name, refs or {}, blank or {}, has_id

    def read(self, database):
        self.columns = [row[1] for row in database.execute(f"pragma table_info({self.name})")]
        found = database.execute(f"select {','.join(self.columns)} from {self.name}").fetchall()
        self.rows = [dict(zip(self.columns, row)) for row in found]

    def copies(self, ids):
        """The rows of one more city, whose ids are noted in `ids`."""
        new = ids.setdefault(self.name, {})
        for row in self.rows:
            copy = {**row, **{column: value(row) if callable(value) else value for column, value in self.blank.items()}}
            for column, table in self.refs.items():
                if copy[column] is not None:
                    copy[column] = ids[table].get(copy[column])
                    if copy[column] is None:
                        break
            else:
                if self.has_id:
                    copy["id"] = new[row["id"]] = uuid.uuid4().bytes
                yield [copy[column] for column in self.columns]


def enlarge(path, times, tables):
    """Makes the city of a demo `times` as large, and counts the rows of each table."""
    database = sqlite3.connect(path)
    database.execute("pragma foreign_keys = off")
    for table in tables:
        table.read(database)
    for _ in range(times - 1):
        ids = {}
        for table in tables:
            places = ",".join("?" * len(table.columns))
            database.executemany(f"insert into {table.name} values ({places})", table.copies(ids))
    database.execute("analyze")
    database.commit()
    # The service would else write all of it to its place while it is measured.
    database.execute("pragma wal_checkpoint(truncate)")
    counts = {table.name: database.execute(f"select count(*) from {table.name}").fetchone()[0] for table in tables}
    database.close()
    return counts


class City:
    """Callers of a demo."""

    def __init__(self, service, names):
        self.service = service
        self.tokens = {name: service.sign_in(name)[1]["accessToken"] for name in names}

    def call(self, method, path, body=None, caller="manager"):
        status, content, seconds = self.service.call(method, path, body, self.tokens[caller], timeout=120)
        assert status < 300, (path, status, content[:300])
        return json.loads(content), seconds

    def read(self, path, caller="manager"):
        """The median of 21 reads, in milliseconds."""
        times = [self.call("GET", path, caller=caller)[1] for _ in range(21)]
        return statistics.median(times) * 1000
