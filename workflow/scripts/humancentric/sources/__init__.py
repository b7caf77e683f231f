"""Published data layouts and a user's own tables: what each consists of, and how it becomes a listing."""
