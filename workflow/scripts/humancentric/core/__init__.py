"""What every stage uses: files, tables, images, logs, downloads."""
