"""The client of TMDb: its listing, its posters and its terms of use."""

REFUSED = (
    "HUMANCENTRIC_REFUSED"  # names the file by which the jobs of a run tell each other of a refused token
)
