"""What the chapters import."""
