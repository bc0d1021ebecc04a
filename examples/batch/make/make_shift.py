"""Makes ../shift.csv: 300 readings of two PVs, one a second, with what recordings have: noise, a gap, an alarm.

    python3 make_shift.py

Only the standard library; the same file every time.
"""
import csv
import datetime
import math
import pathlib
import random

ROWS = 300
START = datetime.datetime(2026, 3, 1, 8, 0, 0, tzinfo=datetime.timezone.utc)

random.seed(20260301)
target = pathlib.Path(__file__).resolve().parent.parent / "shift.csv"
with open(target, "w", newline="", encoding="utf-8") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["time", "LUME:MLFLOW:TEST_A", "LUME:MLFLOW:TEST_B", "LUME:MLFLOW:TEST_B.severity"])
    for row in range(ROWS):
        a = 2.0 + math.sin(2 * math.pi * row / 60) + random.gauss(0, 0.02)
        b = 0.5 + 0.4 * math.cos(2 * math.pi * row / 45) + random.gauss(0, 0.01)
        stamp = START + datetime.timedelta(seconds=row, microseconds=123456)
        gap = row == 120                              # the archiver lost one reading
        severity = "MINOR" if 200 <= row < 205 else "NO_ALARM"
        writer.writerow([stamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "" if gap else f"{a:.6f}", f"{b:.6f}", severity])
