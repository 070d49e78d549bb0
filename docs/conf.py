"""How the site is built: `make docs`; nothing is fetched from a network."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from dendrax import __version__

project = "dendrax"
author = "the dendrax authors"
copyright = author
version = release = __version__
language = "en"

extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "sphinx_gallery.gen_gallery"]
templates_path = ["_templates"]
exclude_patterns = ["_build", "help"]
default_role = "code"
nitpicky = False
suppress_warnings = ["config.cache"]  # a sort key cannot be pickled; all that is lost is a faster second build

autosummary_generate = True
autodoc_typehints = "none"  # numpydoc's sections say more
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "dendrax"
html_show_sourcelink = False
html_theme_options = {"show_prev_next": True, "navigation_with_keys": False, "secondary_sidebar_items": ["page-toc"]}

sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["course"],
    "filename_pattern": r"\.py$",
    "within_subsection_order": "course_order.InTheOrderOfTheCourse",
    "abort_on_example_error": True,
    "capture_repr": (),
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
}


def home_of(member: Any) -> str:
    """Name the module that a member of a class comes from."""
    for owner in (member, getattr(member, "fget", None), getattr(member, "__objclass__", None)):
        if getattr(owner, "__module__", None):
            return owner.__module__
    return "dendrax"


def only_ours(app: Any, what: str, name: str, member: Any, skip: bool, options: Any) -> bool | None:
    """Leave out what a class inherits from other libraries, and fields of tuples, which `Attributes` names."""
    is_field = str(getattr(member, "__doc__", "")).startswith("Alias for field number")
    return None if home_of(member).startswith("dendrax") and not is_field else True


def as_written(app: Any, what: str, name: str, member: Any, options: Any, lines: list[str]) -> None:
    """Keep |W| and `b.` as they stand, which reStructuredText takes for a substitution and a list; name the keys."""
    lines[:] = [
        line if ">>>" in line else re.sub(r"^(\s*)(?=\w\.$)", r"\1\\", line.replace("|", "\\|")) for line in lines
    ]
    if what == "data" and isinstance(member, dict):
        lines[:] = [f"By name: {', '.join(f'``{key}``' for key in member)}."]


def setup(app: Any) -> None:
    """Tell Sphinx of these two rules."""
    app.connect("autodoc-skip-member", only_ours)
    app.connect("autodoc-process-docstring", as_written)
