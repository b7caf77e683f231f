"""Pictures inside a page: data URIs of a size that a browser loads at once."""

import base64
import io
import mimetypes
from pathlib import Path

LIMIT, WIDTH, QUALITY = (
    1_500_000,
    1_600,
    85,
)  # bytes that are kept as they are; pixels and quality of larger ones


def data_uri(path: str | Path) -> str:
    """Return a picture as a data URI; a file above the limit becomes a JPEG at most 1,600 pixels wide."""
    data, kind = Path(path).read_bytes(), mimetypes.guess_type(str(path))[0] or "image/png"
    if len(data) > LIMIT:
        from PIL import Image

        with Image.open(io.BytesIO(data)) as picture:
            picture = picture.convert("RGB")
            picture.thumbnail((WIDTH, WIDTH * 10))
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=QUALITY)
        data, kind = buffer.getvalue(), "image/jpeg"
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def size_of(path: str | Path) -> tuple[int, int]:
    """Return width and height of a picture in pixels."""
    from PIL import Image

    with Image.open(path) as picture:
        return picture.size
