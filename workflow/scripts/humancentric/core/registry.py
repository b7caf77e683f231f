"""Which module serves which `kind` of a row: what a plan must know without importing any of them."""

# Keys are the packages whose `KINDS` dispatch to the modules.
MODULES = {
    "humancentric.probing.kinds": {
        "head": "mlp_head",
        "gda": "gda",
        "knn": "knn",
        "tip": "tip_adapter",
        "zero-shot-gda": "zero_shot_gda",
    },
    "humancentric.embedding.encoders": {
        "open-clip": "open_clip_models",
        "timm": "timm_models",
        "sentence-transformers": "sentence_models",
        "random": "random_vectors",
        "pixels": "pixels",
        "tfidf": "tfidf",
    },
}


def other_kinds(package: str, kind: str) -> set[str]:
    """Return the modules that `package` dispatches to for kinds other than `kind`."""
    modules = MODULES[package]
    return {f"{package}.{module}" for module in modules.values() if module != modules.get(kind)}
