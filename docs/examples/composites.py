"""The columns of summary_composites, made with pandas from `summary` alone:

    python3 composites.py ~/.amy/data/local/persona.sqlite

prints a JSON array, one object a date. The view in the file gives the same without pandas; this shows what it computes.
"""

import json
import sqlite3
import sys

import pandas as pd

WINDOW = "30D"
KNOWN_MIN = 7


def local_hour(times, offsets, start_hour):
    """Hours since start_hour on the clock on the wall. A time with Z is UTC, one without is the wall clock already."""
    is_utc = times.str.endswith("Z").fillna(False).astype(bool)
    instants = pd.to_datetime(times.str.removesuffix("Z"), format="ISO8601")
    minutes = offsets.where(is_utc, 0)
    # The whole seconds of the day: parts of a second are cut off.
    seconds = (instants - instants.dt.normalize()).dt.total_seconds() // 1 + minutes * 60
    return (seconds - start_hour * 3600) % 86400 / 3600


def composites(summary):
    days = summary.set_index(pd.to_datetime(summary["datetime"]))
    numbers = ["steps", "sleep_minutes", "resting_heart_rate", "heart_rate_variability", "utc_offset_minutes"]
    days[numbers] = days[numbers].apply(pd.to_numeric)
    bedtime = local_hour(days["bed_time"], days["utc_offset_minutes"], 12)
    wake = local_hour(days["wake_up_time"], days["utc_offset_minutes"], 0)
    # Each window anew: pandas' own rolling sums keep what the days before left in their last digits.
    window = lambda known, what: known.rolling(WINDOW, min_periods=KNOWN_MIN).apply(
        lambda values: getattr(values.dropna(), what)(), raw=False
    )
    mean = lambda known: window(known, "mean")
    spread = lambda known: window(known, "std")
    sleep, rhr, steps = days["sleep_minutes"], days["resting_heart_rate"], days["steps"]
    made = pd.DataFrame(
        {
            "cardio_fitness_index": steps / rhr,
            "hrv_rhr_ratio": days["heart_rate_variability"] / rhr,
            "sleep_duration_sd_30d": spread(sleep),
            "sleep_duration_cv_30d": spread(sleep) / mean(sleep),
            "bedtime_hour_sd_30d": spread(bedtime),
            "wake_hour_mean_30d": mean(wake),
            "rhr_sd_30d": spread(rhr),
            "rhr_mean_30d": mean(rhr),
            "steps_mean_30d": mean(steps),
            "steps_cv_30d": spread(steps) / mean(steps),
        }
    )
    made.insert(0, "datetime", summary["datetime"].to_numpy())
    return made


if __name__ == "__main__":
    with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as database:
        summary = pd.read_sql("select * from summary order by datetime", database)
    rows = composites(summary).astype(object)
    print(json.dumps(rows.where(rows.notna(), None).to_dict("records"), indent=1))
