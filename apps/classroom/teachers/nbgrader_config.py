"""nbgrader's settings for the teacher: where the course is, made by `firstnet assignment make`."""

from pathlib import Path

c = get_config()  # noqa: F821

course = Path.home() / "course"
if (course / "nbgrader_config.py").is_file():  # the formgrader would not look there by itself
    load_subconfig("nbgrader_config.py", path=str(course))  # noqa: F821
c.CourseDirectory.root = str(course)
