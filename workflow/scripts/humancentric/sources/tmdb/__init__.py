"""The client of TMDb: its listing, its posters and its terms of use."""

REFUSED = (
    "HUMANCENTRIC_REFUSED"  # environment variable: a file in which the jobs of a run share a refused token
)
