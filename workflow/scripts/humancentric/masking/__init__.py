"""Text detection, removal of text from images, and the audit of both."""
