"""The tables of a study, each as a sheet of rows before it has a format."""
