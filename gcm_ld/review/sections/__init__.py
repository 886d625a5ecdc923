"""What each section of a review is filled with, by its place in the manual's structure."""

from __future__ import annotations
