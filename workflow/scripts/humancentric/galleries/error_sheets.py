"""Error galleries: the mistakes that heads are most sure of, with picture, text, truth and prediction."""

import textwrap
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw

from humancentric.galleries.mistakes import Mistake
from humancentric.neighbour_sheets import CELL, GAP, INK, PAPER, Content, draw_content, letters

LINE, LETTERS = 15, 28  # height of a line of a caption, its letters
TEXT_LINES, CAPTION_LINES = 5, 7  # of a sample's text, of what is said below it
COLUMNS = 6
QUIET = (107, 114, 128)


def caption(mistake: Mistake) -> list[str]:
    """Return the lines below a mistake: id, what was said with its probability, and what is true."""
    said = f"said: {mistake.wrong} {mistake.confidence:.2f}"
    further = [name for name in mistake.predicted if name != mistake.wrong]
    words = [said + (f" (and {', '.join(further)})" if further else ""), f"true: {', '.join(mistake.truth)}"]
    lines = [mistake.id[:LETTERS], *(line for text in words for line in textwrap.wrap(text, LETTERS))]
    return lines[:CAPTION_LINES]


def _height(content: Content) -> int:
    """Return the pixels that a picture takes in its cell."""
    if isinstance(content, str):
        return CELL[1]
    height, width = content.shape[:2]
    return min(CELL[1], max(1, round(height * min(1, CELL[0] / width, CELL[1] / height))))


def sheet(
    found: Mapping[str, Sequence[Mistake]],
    pictures: Mapping[str, Content],
    texts: Mapping[str, str],
    title: str,
) -> Image.Image:
    """Return a picture with one block a heading of `found`: its mistakes with picture, text and caption.

    What `pictures` or `texts` do not hold is left out; a block without mistakes says so.
    """
    high = max([_height(pictures[name]) for name in pictures], default=0)
    lines = {
        name: textwrap.wrap(" ".join(str(text).split()), LETTERS, max_lines=TEXT_LINES)
        for name, text in texts.items()
    }
    tall = high + LINE * max(map(len, lines.values()), default=0)
    below = max([len(caption(mistake)) for row in found.values() for mistake in row], default=1)
    width, height = CELL[0] + GAP, tall + LINE * (below + 1) + GAP
    rows = {heading: max(1, -(-len(mistakes) // COLUMNS)) for heading, mistakes in found.items()}
    columns = min(COLUMNS, max([3, *map(len, found.values())]))
    size = (columns * width + GAP, 36 + sum(30 + count * height for count in rows.values()))
    canvas = Image.new("RGB", size, PAPER)
    draw, font = ImageDraw.Draw(canvas), letters(11)
    draw.text((GAP, GAP), title, INK, letters(16))
    top = 36
    for heading, mistakes in found.items():
        draw.text((GAP, top + 4), heading, INK, letters(13))
        if not mistakes:
            draw.text((GAP, top + 34), "no mistakes", QUIET, font)
        for number, mistake in enumerate(mistakes):
            x, y = GAP + number % COLUMNS * width, top + 30 + number // COLUMNS * height
            if mistake.id in pictures:
                draw_content(canvas, draw, font, pictures[mistake.id], (x, y))
            if mistake.id in lines:
                words = "\n".join(lines[mistake.id])
                draw.multiline_text((x, y + high + (2 if high else 0)), words, QUIET, font, spacing=2)
            for line, words in enumerate(caption(mistake)):
                draw.text((x, y + tall + 6 + line * LINE), words, INK, font)
        top += 30 + rows[heading] * height
    return canvas
