"""Build the tables of a study, each as a format-independent sheet of rows."""
