"""TMDb: its catalogue listed, its posters fetched, its terms kept; and a replica of it for tests and demo."""
