"""Input functions of the crawl: services, slices of release dates, limits of posters."""


def service_of(wildcards):
    """Return the source without its dates, so that an unchanged slice is not crawled again."""
    return without_dates(row_of(wildcards).origin_source)


def dates_of(wildcards):
    """Return the first and last release date of the job's slice."""
    return slice_dates(source_of(wildcards), wildcards.slice)


def released_of(wildcards):
    """Return the first and last release date of the dataset."""
    return [source_of(wildcards)["released"][end] for end in ("from", "to")]


def poster_limits(wildcards):
    """Return the limits outside which posters are rejected."""
    return {key: STUDY.tmdb[key] for key in ("min_side", "max_pixels", "max_bytes")}


def asks_tmdb(wildcards):
    """Return the job's share, in percent, of the request rate to TMDb; a replica has no limit."""
    return 0 if replica_files(wildcards) else 100 // STUDY.tmdb["jobs"]


def replica_files(wildcards):
    """Return the catalogue of the replica, if the dataset uses one."""
    source = row_of(wildcards).origin_source
    if "replica" in source:
        return [literal(f"{source['replica']}/catalogue.jsonl")]
    return [literal(source["catalogue"])] if "catalogue" in source else []


def slice_files(wildcards):
    """Return the crawled slices of the dataset."""
    names = slice_names(source_of(wildcards))
    return [f"results/{wildcards.dataset}/crawl/{name}.parquet" for name in names]
