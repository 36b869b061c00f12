"""Tables as people send them, with twelve traps each, and the truth that they were made from."""

import random
from collections.abc import Callable
from typing import NamedTuple

ROWS, REPEATED = 300, 10
NAMES = {
    "id": ["id", "record", "Kundennummer", "nr"],
    "date": ["signup", "Datum", "visit date", "von"],
    "price": ["price", "Preis", "dose", "fee"],
    "income": ["income", "Umsatz", "population", "steps"],
    "city": ["city", "Ort", "branch", "site"],
    "grade": ["grade", "Stufe", "form", "ward"],
    "size": ["size", "Groesse", "length", "width"],
    "always": ["country", "Quelle", "version", "unit"],
    "copy": ["outcome code", "Ergebnis", "flag", "state"],
    "weight": ["weight", "Gewicht", "mass", "load"],
    "label": ["label", "Klasse", "target", "kind"],
}
CITIES = [["rome", "paris", "oslo"], ["Köln", "Ulm", "Bonn"], ["north", "south", "east"]]
CLASSES = [["yes", "no"], ["gut", "schlecht"], ["a", "b", "c"]]
WANTED = {
    "delimiter": "",
    "encoding": "",
    "dates": "date",
    "decimal comma": "price",
    "thousands": "income",
    "missing ?": "city",
    "missing NA": "size",
    "identifier": "id",
    "constant": "always",
    "codes": "grade",
    "leak": "copy",
    "spelling": "city",
    "repeats": "",
}
"""Each trap with the column that has it; `?` and `NA` are two columns of one of the twelve."""


class Messy(NamedTuple):
    """A file, the column that plays each part, and its rows as they are meant: texts, numbers, days."""

    content: bytes
    names: dict[str, str]
    truth: list[dict[str, float | str | None]]


def messy(seed: int) -> Messy:
    """Table number `seed`: other names, another order, other cities, classes and numbers."""
    some = random.Random(seed)
    names = {part: some.choice(options) for part, options in NAMES.items()}
    cities, classes = some.choice(CITIES), some.choice(CLASSES)
    makers = _makers(some, cities, classes)
    order = [part for part in names if part != "label"]
    some.shuffle(order)
    place = some.choice([0, len(order)]) if seed % 3 else len(order)
    order.insert(place, "label")
    rows = [{part: make(n) for part, make in makers.items()} for n in range(ROWS)]
    for row in rows:  # what is learned of: the label goes with the price
        code = int(float(row["price"][0].replace(",", ".")) / 10 * len(classes))
        code = some.randrange(len(classes)) if some.random() < 0.3 else code
        row["label"] = (classes[code], classes[code])
        row["copy"] = (str(code + 1), float(code + 1))
    rows += [rows[some.randrange(ROWS)] for _ in range(REPEATED)]
    lines = [[names[part] for part in order], *([row[part][0] for part in order] for row in rows)]
    content = b"\xef\xbb\xbf" + "".join(";".join(line) + "\r\n" for line in lines).encode()
    return Messy(content, names, [{part: row[part][1] for part in order} for row in rows])


Cell = tuple[str, float | str | None]


def _makers(some: random.Random, cities: list[str], classes: list[str]) -> dict[str, Callable[[int], Cell]]:
    """For each part, from the number of a row to its text and what that means."""
    first, style = some.randrange(1, 5000), some.choice(["{}", "K-{:05}"])
    numbers = list(range(first, first + ROWS))
    some.shuffle(numbers)

    def identifier(n: int) -> Cell:
        text = style.format(numbers[n])
        return text, text

    def date(n: int) -> Cell:
        day, month = some.randint(1, 28), some.randint(1, 12)
        return f"{day:02}/{month:02}/2021", f"2021-{month:02}-{day:02}"

    def price(n: int) -> Cell:
        value = round(some.uniform(0, 9.99), 2)
        return f"{value:.2f}".replace(".", ","), value

    def income(n: int) -> Cell:
        value = some.randint(10_000, 99_999)
        return f"{value:,}".replace(",", "."), float(value)

    def city(n: int) -> Cell:
        if some.random() < 0.05:
            return "?", None
        name = some.choice(cities)
        return some.choice([name, name, name, f"{name} ", name.capitalize() if name.islower() else name.upper()]), name

    def size(n: int) -> Cell:
        value = some.randint(1, 500)
        return ("NA", None) if some.random() < 0.05 else (str(value), float(value))

    def grade(n: int) -> Cell:
        value = some.randint(1, 4)
        return str(value), float(value)

    def weight(n: int) -> Cell:
        value = round(some.gauss(70, 9), 1)
        return f"{value:.1f}".replace(".", ","), value

    return {
        "id": identifier,
        "date": date,
        "price": price,
        "income": income,
        "city": city,
        "size": size,
        "grade": grade,
        "weight": weight,
        "always": lambda n: ("DE", "DE"),
    }
