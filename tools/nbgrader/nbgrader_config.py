"""nbgrader's settings for this course. make_source.py puts a copy beside the folder source/."""

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.converters import Autograde
from nbgrader.preprocessors import DeduplicateIds, Execute


def drop_empty_metadata(notebook, resources):
    """Finish what DeduplicateIds begins, or nbgrader takes a copied cell for one of long ago."""
    for cell in notebook.cells:
        if not cell.metadata.get("nbgrader", True):
            del cell.metadata["nbgrader"]
    return notebook, resources


class ExecuteTheRest(Execute):
    """Run a notebook again without the cells that ended its kernel, or that nothing could stop."""

    def preprocess(self, notebook, resources, *others):
        self.fatal = {}  # from a cell's place to what is shown below it
        while True:
            try:
                return super().preprocess(notebook, resources, *others)
            except (DeadKernelError, CellTimeoutError) as error:
                words = "This cell ended Python: the notebook was run again without it."
                self.fatal[self.place] = new_output(
                    "error", ename=type(error).__name__, evalue=words, traceback=[words]
                )

    def preprocess_cell(self, cell, resources, place):
        self.place = place
        if place in self.fatal:
            cell.outputs = [self.fatal[place]]
            return cell, resources
        return super().preprocess_cell(cell, resources, place)


c = get_config()  # noqa: F821 (nbgrader provides it)

c.CourseDirectory.course_id = "lab06"
# The stub stays above its solution: what is taken out needs nothing in its place.
c.ClearSolutions.code_stub = {"python": ""}
c.ExecuteTheRest.timeout = 120  # seconds for one cell
c.OverwriteCells.add_missing_cells = True  # such as a check that a student has deleted

before = Autograde.class_traits()["sanitize_preprocessors"].default()
place = before.index(DeduplicateIds) + 1
c.Autograde.sanitize_preprocessors = [*before[:place], drop_empty_metadata, *before[place:]]
run = Autograde.class_traits()["autograde_preprocessors"].default()
c.Autograde.autograde_preprocessors = [ExecuteTheRest if each is Execute else each for each in run]
