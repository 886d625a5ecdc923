"""Cubes: whether they are well-formed, by the integrity constraints of the W3C."""

from __future__ import annotations

from gcm_ld.cube.integrity import (
    Fault,
    check_cube,
    check_ntriples,
    normalise_cube,
    read_questions,
)

__all__ = ["Fault", "check_cube", "check_ntriples", "normalise_cube", "read_questions"]
