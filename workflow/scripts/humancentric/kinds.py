"""Which module serves which `kind` of a row: what a plan must know without importing any of them."""

# Keys are the packages whose `KINDS` dispatch to the modules.
MODULES = {
    "humancentric.probes": {
        "head": "network",
        "gda": "discriminant",
        "knn": "neighbours",
        "tip": "cache_model",
        "zero-shot-gda": "prompted_discriminant",
    },
    "humancentric.encoders": {
        "open-clip": "open_clip_towers",
        "timm": "timm_trunks",
        "sentence-transformers": "sentence_models",
        "random": "random_vectors",
        "pixels": "pixel_values",
        "tfidf": "word_counts",
    },
}


def other_kinds(package: str, kind: str) -> set[str]:
    """Return the modules that `package` dispatches to for kinds other than `kind`."""
    modules = MODULES[package]
    return {f"{package}.{module}" for module in modules.values() if module != modules.get(kind)}
