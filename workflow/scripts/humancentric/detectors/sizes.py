"""The size at which a detector looks at a picture."""

STEP = 32  # the networks halve a picture five times
LONGEST = 4  # sides may differ by this factor; a longer picture is looked at more coarsely


def network_size(width: int, height: int, short_side: float) -> tuple[int, int]:
    """Return width and height, both multiples of 32: the shorter side is about `short_side`.

    A picture longer than four times its width is scaled by its longer side instead, so that a strip one pixel
    wide does not become a gigantic input.
    """
    scale = min(short_side / min(width, height), LONGEST * short_side / max(width, height))
    return _multiple(width * scale), _multiple(height * scale)


def _multiple(length: float) -> int:
    return max(STEP, int(length / STEP + 0.5) * STEP)
