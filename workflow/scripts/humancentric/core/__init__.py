"""Utilities that every stage uses: files, tables, images, logs, downloads."""
