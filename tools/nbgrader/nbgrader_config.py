"""nbgrader's settings for this course. make_source.py puts a copy beside the folder source/."""

c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "lab06"
# The stub stays above its solution: what is taken out needs nothing in its place.
c.ClearSolutions.code_stub = {"python": ""}
c.Execute.timeout = 120  # seconds for one cell
