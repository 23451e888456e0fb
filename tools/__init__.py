"""What builds the book; learners never import it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
