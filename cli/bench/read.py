"""Reads statements from a mirror with Python's own sqlite3: python3 read.py FILE ROUNDS STATEMENT...

Prints JSON: the version of SQLite, and of each statement the rows and the least CPU time of the rounds in milliseconds.
Each round opens the file anew, as a person's script does.
"""

import json
import sqlite3
import sys
import time


def read(path, statement):
    started = time.process_time()
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = len(database.execute(statement).fetchall())
    database.close()
    return (time.process_time() - started) * 1000, rows


path, rounds, *statements = sys.argv[1:]
answers = []
for statement in statements:
    taken = [read(path, statement) for _ in range(int(rounds))]
    answers.append({"statement": statement, "rows": taken[0][1], "ms": round(min(ms for ms, _ in taken), 1)})
print(json.dumps({"sqlite": sqlite3.sqlite_version, "answers": answers}))
