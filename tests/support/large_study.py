"""Configs of studies of any size, and the expected number of their jobs by formula."""

from typing import NamedTuple


class Size(NamedTuple):
    """The size of a study."""

    datasets: int
    encoders: int  # half of them for images, half for texts
    views: int  # a third of them images: one standard view, the others masked
    shards: int


def config(size: Size) -> dict:
    """Return the overlay that replaces the default study by a study of this size."""
    masked = size.views // 3 - 1
    views = {"standard": {"modality": "image"}}
    views |= {
        f"masked-{n}": {"modality": "image", "of": "standard", "detector": "east"} for n in range(masked)
    }
    views |= {f"text-{n}": {"modality": "text"} for n in range(size.views - size.views // 3)}
    source = {
        "kind": "table",
        "path": "films.csv",
        "root": "pictures/",
        "id": "id",
        "image": "file",
        "labels": "genre",
    }
    row = {
        "source": source,
        "task": "single-label",
        "human_centric": True,
        "views": views,
        "shards": size.shards,
    }
    half = size.encoders // 2
    images, texts = [f"image-{n}" for n in range(half)], [f"text-{n}" for n in range(size.encoders - half)]
    random = {"kind": "random", "width": 8}
    encoders = {name: {**random, "modality": "image", "seed": n} for n, name in enumerate(images)}
    encoders |= {name: {**random, "modality": "text", "seed": n} for n, name in enumerate(texts)}
    names = [f"set-{n}" for n in range(size.datasets)]
    study = {
        "datasets": names,
        "controls": {"demo-movies": []},
        "image_encoders": images,
        "text_encoders": texts,
        "chance": [],
        "zeroshot": [],
        "shots": {"default": [1, 5]},
    }
    return {"datasets": {name: row for name in names}, "encoders": encoders, "study": study}


def jobs(size: Size) -> dict[str, int]:
    """Return the number of jobs by rule, up to the table of scores."""
    pictures, half = size.views // 3, size.encoders // 2
    images, texts = pictures * half, (size.views - pictures) * (size.encoders - half)
    return {
        "read_listing": size.datasets,
        "read_images": size.datasets * size.shards,
        "samples": size.datasets,
        "mask_images_again": size.datasets * size.shards * (pictures - 1),
        "embed_images": size.datasets * images,
        "embed_texts": size.datasets * texts,
        "transfer": size.datasets * (images + texts + images * texts),
        "fewshot": size.datasets * images,
        "chance": size.datasets,
        "scores": 1,
    }
