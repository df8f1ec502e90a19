#!/usr/bin/env python3
"""Computes deadlines.json: what the end of a legal time limit must be, counted one day at a time by nothing but the standard library.

It shares no code and no method with the engine: it looks at every day in turn and asks whether it counts (docs/decisions/0008-how-legal-time-is-counted.md), and it finds the end of a
day by searching for the second at which the date changes on the clock of the place. Run it from anywhere; it rewrites deadlines.json beside itself. --check compares instead and says
what differs (exit code 1).
"""
import json
import os
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

HERE = os.path.dirname(os.path.abspath(__file__))
REGION = os.path.join(HERE, "..", "..", "..", "..", "contracts", "region-demo")
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def region():
    with open(os.path.join(REGION, "region.json"), encoding="utf-8") as file:
        return json.load(file)


def holidays(path, years):
    """All-day events with an end and a yearly rule: all that the demonstration calendars use."""
    found, event = set(), {}
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            key, _, value = line.partition(":")
            key = key.split(";")[0]
            if line == "BEGIN:VEVENT":
                event = {}
            elif line == "END:VEVENT":
                first = datetime.strptime(event["DTSTART"], "%Y%m%d").date()
                end = datetime.strptime(event["DTEND"], "%Y%m%d").date() if "DTEND" in event else first + timedelta(days=1)
                assert event.get("RRULE") in (None, "FREQ=YEARLY"), line
                for year in years if "RRULE" in event else [first.year]:
                    if year < first.year:
                        continue
                    day = first.replace(year=year)
                    for more in range((end - first).days):
                        found.add(day + timedelta(days=more))
            else:
                event[key] = value
    return found


class Place:
    def __init__(self, data, code):
        state = next(s for s in data["states"] if s["code"] == code)
        calendar = next(c for c in data["calendars"] if c["code"] == state["calendar"])
        self.code = code
        self.zone = ZoneInfo(state["zone"])
        self.weekend = {DAYS.index(d) for d in calendar["weekend"]}
        self.holidays = holidays(os.path.join(REGION, calendar["file"]), range(2026, 2029))

    def works(self, day):
        return day.weekday() not in self.weekend and day not in self.holidays

    def day(self, instant):
        return instant.astimezone(self.zone).date()

    def last_second(self, day):
        """The second before the date changes here, found by halving: no assumption about when a day begins."""
        low = datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - timedelta(days=1)
        high = low + timedelta(days=4)
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
            low, high = (low, middle) if self.day(middle) > day else (middle, high)
        return low


def months_later(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def due(case, places):
    zone = places[case["zone"]]
    start = instant(case["from"])
    pauses = [(instant(p["from"]), instant(p["to"])) for p in case.get("pauses", [])]
    unit, length = case["unit"], case["length"]
    if unit == "Hours":
        return start + timedelta(hours=length) + sum((to - begun for begun, to in pauses), timedelta())
    if unit == "DateCertain":
        named = date.fromisoformat(case["on"])
        ends = [zone.day(to) for _, to in pauses]
        return zone.last_second(max([named, zone.day(start)] + ends))
    works = lambda d: all(places[c].works(d) for c in case["calendars"])
    day = zone.day(start)
    total = (months_later(day, length) - day).days if unit == "Months" else length
    total += case.get("extendedBy", 0)
    counted = 0
    stopped = [(zone.day(begun), zone.day(to)) for begun, to in pauses]
    while counted < total:
        day += timedelta(days=1)
        if any(begun < day <= to for begun, to in stopped):
            continue
        if unit in ("WorkingDays", "WithoutDelay") and not works(day):
            continue
        counted += 1
    # A pause that ends later than the last counted day would have ended leaves nothing to count: the limit ends on the day on which the pause ends.
    day = max([day] + [to for begun, to in stopped if to > day and begun <= day])
    while case["roll"] == "Forward" and not works(day):
        day += timedelta(days=1)
    return zone.last_second(day)


def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def written(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def cases(data):
    made = []

    def case(why, zone, unit, length, roll, start, calendars=None, **more):
        made.append({"name": f"{len(made) + 1:03d} {why}", "zone": zone, "calendars": calendars or [zone], "unit": unit, "length": length, "roll": roll, "from": start, **more})

    states = [s["code"] for s in data["states"] if not s.get("body")]
    # Every unit, both rolls, in every zone, from instants that lie at an edge somewhere.
    edges = {
        "leap day": "2028-02-28T23:30:00Z",
        "end of January": "2027-01-31T12:00:00Z",
        "before a yearly turn": "2026-12-30T20:15:00Z",
        "northern summer time begins": "2026-03-28T10:00:00Z",
        "northern summer time ends": "2026-10-24T22:45:00Z",
        "southern summer time": "2026-04-04T11:30:00Z",
        "southern winter ends": "2026-09-05T03:59:59Z",
    }
    for why, start in edges.items():
        for state in states:
            for unit, length, roll in (("CalendarDays", 10, "Forward"), ("WorkingDays", 5, "None"), ("Months", 1, "Forward")):
                case(f"{length} {unit}, {why}", state, unit, length, roll, start)
    for state in states:
        case("48 Hours over a weekend", state, "Hours", 48, "None", "2026-02-27T16:20:31Z")
        case("96 Hours over the change of the clock", state, "Hours", 96, "None", "2026-03-27T09:00:00Z")
        case("a week without delay", state, "WithoutDelay", 5, "Forward", "2026-05-25T08:00:00Z")
        case("a calendar limit that is not rolled", state, "CalendarDays", 18, "None", "2026-02-13T07:00:00Z")
        case("a long limit", state, "CalendarDays", 90, "Forward", "2026-08-20T13:00:00Z")
        case("six months from the 31st", state, "Months", 6, "Forward", "2026-08-31T10:00:00Z")
        case("one day, in the last second of a day in Athens", state, "CalendarDays", 1, "Forward", "2026-06-10T20:59:59Z")
        case("one day, in the first second of a day in Athens", state, "CalendarDays", 1, "Forward", "2026-06-10T21:00:00Z")
        case("a day named", state, "DateCertain", 0, "None", "2026-06-01T10:00:00Z", on="2026-09-05")
        case("a day named that is the day of the change of the clock", state, "DateCertain", 0, "None", "2026-06-01T10:00:00Z", on="2026-10-25")
        case("a pause of a week in working days", state, "WorkingDays", 10, "None", "2026-04-13T09:00:00Z", pauses=[{"from": "2026-04-16T10:00:00Z", "to": "2026-04-23T15:00:00Z"}])
        case("a pause within one day", state, "CalendarDays", 30, "Forward", "2026-05-04T09:00:00Z", pauses=[{"from": "2026-05-12T12:00:00Z", "to": "2026-05-12T12:30:00Z"}])
        case("two pauses in calendar days", state, "CalendarDays", 30, "Forward", "2026-06-15T09:00:00Z",
             pauses=[{"from": "2026-06-20T10:00:00Z", "to": "2026-07-01T10:00:00Z"}, {"from": "2026-07-10T10:00:00Z", "to": "2026-07-18T10:00:00Z"}])
        case("a pause in a limit of months", state, "Months", 2, "Forward", "2026-01-31T09:00:00Z", pauses=[{"from": "2026-02-10T10:00:00Z", "to": "2026-03-02T10:00:00Z"}])
        case("a pause in hours", state, "Hours", 8, "None", "2026-03-29T00:30:00Z", pauses=[{"from": "2026-03-29T01:15:00Z", "to": "2026-03-30T05:00:00Z"}])
        case("an extension in calendar days", state, "CalendarDays", 30, "Forward", "2026-09-01T09:00:00Z", extendedBy=30)
        case("a pause and an extension", state, "CalendarDays", 30, "Forward", "2026-09-01T09:00:00Z", extendedBy=10, pauses=[{"from": "2026-09-10T10:00:00Z", "to": "2026-09-20T10:00:00Z"}])
        case("an extension in working days", state, "WorkingDays", 5, "None", "2026-12-18T09:00:00Z", extendedBy=5)
        case("a pause that a named day does not feel", state, "DateCertain", 0, "None", "2026-06-01T10:00:00Z", on="2026-07-15", pauses=[{"from": "2026-06-10T10:00:00Z", "to": "2026-07-01T10:00:00Z"}])
        case("a pause longer than to the day named", state, "DateCertain", 0, "None", "2026-06-01T10:00:00Z", on="2026-07-15", pauses=[{"from": "2026-06-10T10:00:00Z", "to": "2026-08-01T10:00:00Z"}])
    # Days that must work on both sides.
    for one, other in (("XA", "XC"), ("XB", "XC"), ("XB", "XE"), ("XD", "XF")):
        case("working days of both sides", one, "WorkingDays", 10, "None", "2026-03-17T09:00:00Z", calendars=[one, other])
        case("rolled to a working day of both sides", one, "CalendarDays", 12, "Forward", "2026-05-17T09:00:00Z", calendars=[one, other])
    # The rows of the treaties that came with the whole catalogue, in the places where they are in force: in the last second of a day and in the first of the next, before a holiday.
    for rule, unit, length, roll, where in (
        ("ECE3-2", "CalendarDays", 40, "None", ("XB", "XC")), ("EUS-1", "CalendarDays", 10, "Forward", ("XB", "XC")), ("EUS-2", "CalendarDays", 20, "None", ("XB", "XC")),
        ("EUS-2N", "CalendarDays", 20, "None", ("XB", "XC")), ("MON-10", "Months", 2, "None", ("XD", "XE")), ("MON-11", "Months", 2, "None", ("XD", "XE")),
        ("IAC-81", "CalendarDays", 60, "None", ("XD", "XE")), ("MER-98", "CalendarDays", 40, "None", ("XD", "XE")), ("MER-98b", "CalendarDays", 30, "None", ("XD", "XE")),
        ("MER-98c", "CalendarDays", 30, "None", ("XD", "XE")), ("UNM-9", "CalendarDays", 40, "None", ("XD", "XF")), ("B2P-8a", "CalendarDays", 45, "Forward", ("XB", "XC")),
        ("B2P-8b", "CalendarDays", 45, "Forward", ("XB", "XC")), ("B2P-8c", "CalendarDays", 20, "Forward", ("XB", "XC")), ("EPO-1", "CalendarDays", 10, "Forward", ("XB", "XC")),
        ("EPO-2", "CalendarDays", 10, "Forward", ("XB", "XC")), ("EPO-4N", "CalendarDays", 10, "Forward", ("XB", "XC")), ("EPO-5", "CalendarDays", 5, "Forward", ("XB", "XC")), ("EPO-6", "CalendarDays", 10, "Forward", ("XB", "XC")), ("EPE-1", "WorkingDays", 5, "None", ("XB", "XC")),
        ("EPE-2", "WorkingDays", 5, "None", ("XB", "XC")), ("EAW-D3", "WithoutDelay", 1, "None", ("XA", "XB")), ("EAW-I1", "CalendarDays", 30, "Forward", ("XA", "XB")),
        ("EIO-F1", "Hours", 24, "None", ("XB", "XC")),
    ):
        for state in where:
            last = {"XA": "23:59:59", "XB": "21:59:59", "XC": "20:59:59", "XD": "02:59:59", "XE": "10:59:59", "XF": "20:59:59"}[state]
            first = {"XA": "00:00:00", "XB": "22:00:00", "XC": "21:00:00", "XD": "03:00:00", "XE": "11:00:00", "XF": "21:00:00"}[state]
            case(f"{rule}, in the last second of a day", state, unit, length, roll, f"2026-12-30T{last}Z", rule=rule)
            case(f"{rule}, in the first second of the next", state, unit, length, roll, f"2026-12-{'31' if state == 'XA' else '30'}T{first}Z", rule=rule)
    return made


def main():
    data = region()
    places = {s["code"]: Place(data, s["code"]) for s in data["states"]}
    made = cases(data)
    for case in made:
        case["due"] = written(due(case, places))
    text = "[\n" + ",\n".join("  " + json.dumps(c, ensure_ascii=False) for c in made) + "\n]\n"
    path = os.path.join(HERE, "deadlines.json")
    if "--check" in sys.argv:
        with open(path, encoding="utf-8") as file:
            same = file.read() == text
        print(f"{len(made)} limits, {'as written' if same else 'not as written: run without --check and read the difference'}")
        return 0 if same else 1
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{len(made)} limits written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
