"""Weeks of the local file with pandas: means, and what a night has to do with the day after it.

    python3 pandas_weeks.py ~/.amy/data/local/persona.sqlite

Needs pandas. Reads only; a sync may run meanwhile.
"""

import sqlite3
import sys

import pandas as pd

DAYS = """
select datetime, steps, sleep_minutes, resting_heart_rate, heart_rate_variability
from summary
order by datetime
"""

WORKOUTS = """
select start_time, activity_name, duration / 60 as minutes, recordings
from activities_merged
order by start_time
"""

# A step in a curve on one of these dates is one of the device first.
CHANGES = """
select datetime, "column" as metric, "from" as before, "to" as after, why
from source_changes
order by datetime
"""

with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as database:
    days = pd.read_sql(DAYS, database, parse_dates=["datetime"], index_col="datetime").astype(float)
    workouts = pd.read_sql(WORKOUTS, database)
    changes = pd.read_sql(CHANGES, database)

print("Means of the last 8 weeks:")
print(days.resample("W").mean().round(1).tail(8).to_string())

# A night counts by the date of waking up, so that it stands beside the day after it.
linked = days["sleep_minutes"].corr(days["steps"])
print(f"\nCorrelation of a night's sleep with the steps of the day after it: {linked:.2f}")

print("\nMinutes of the workouts, each counted once:")
print(workouts.groupby("activity_name")["minutes"].agg(["count", "mean"]).round(0).to_string())

print("\nSince when a column comes from elsewhere:")
print(changes.to_string(index=False) if len(changes) else "no column does")
