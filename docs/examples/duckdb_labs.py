"""The local file in DuckDB: each lab value beside the person's nights of the 30 days before it.

    python3 duckdb_labs.py ~/.amy/data/local/persona.sqlite

Needs duckdb and pandas. The tables are handed over as frames, so that DuckDB needs no extension; reads only.
"""

import sqlite3
import sys

import duckdb
import pandas as pd

LABS = """
select draw_date, code, value, unit, status
from biomarkers_raw
where source = 'terra_lab' and value is not null
"""

NIGHTS = """
select datetime, sleep_minutes, resting_heart_rate
from summary
where sleep_minutes is not null
"""

# DuckDB's own SQL, over the two frames.
BESIDE = '''
select
  labs.draw_date, labs.code, labs.value, labs.unit, labs.status,
  count(nights.datetime) as nights,
  round(avg(nights.sleep_minutes), 0) as mean_sleep_minutes,
  round(avg(nights.resting_heart_rate), 1) as mean_resting_heart_rate
from labs
left join nights
  on cast(nights.datetime as date) <= cast(labs.draw_date as date)
  and cast(nights.datetime as date) > cast(labs.draw_date as date) - 30
group by all
order by labs.draw_date, labs.code
'''

with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as database:
    # Said, since of a table without rows nobody can tell.
    labs = pd.read_sql(LABS, database, dtype={"draw_date": "string", "code": "string"})
    nights = pd.read_sql(NIGHTS, database, dtype={"datetime": "string", "sleep_minutes": float, "resting_heart_rate": float})

print(duckdb.sql(BESIDE).df().to_string(index=False))
