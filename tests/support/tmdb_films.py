"""Small catalogues of films for the tests of the crawl."""

import io
import json
from datetime import date, timedelta

from PIL import Image


def film(number, released="2000-01-01", **more):
    return {
        "id": number,
        "title": f"Film {number}",
        "overview": f"The plot of film {number}.",
        "genre_ids": [18],
        "original_language": "en",
        "release_date": released,
        "poster_path": f"/p{number}.jpg",
    } | more


def films_of_days(start, days, a_day=1):
    """Return films for `days` days from `start` on, `a_day` of them per day."""
    first = date.fromisoformat(start)
    return [film(n, (first + timedelta(days=n // a_day)).isoformat()) for n in range(days * a_day)]


def jpeg(width=80, height=120, mode="RGB"):
    buffer = io.BytesIO()
    Image.new(mode, (width, height), 100).save(buffer, "JPEG")
    return buffer.getvalue()


def write(folder, films, posters=None):
    """Write a catalogue and its posters; return both paths, as Replica takes them."""
    (folder / "posters").mkdir(parents=True)
    (folder / "catalogue.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in films))
    for name, data in (posters or {}).items():
        (folder / "posters" / name).write_bytes(data)
    return folder / "catalogue.jsonl", folder / "posters"
