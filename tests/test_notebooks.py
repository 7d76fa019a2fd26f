"""The notebooks of docs/notebooks/: each is carried out to its end, and what is stored is what a reader may see."""

import re

import nbformat
import pytest

from tools.notebooks import execute_notebook, is_passing, list_notebooks, list_outputs, read_notebook, strip_notebook

NOTEBOOKS = {path.stem: path for path in list_notebooks()}
MAX_BYTES = 500_000
MACHINE = re.compile(r"/(?:home|root|tmp|Users|work)/|site-packages")


def test_there_are_notebooks_to_begin_with():
    assert len(NOTEBOOKS) == 3


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_stored_notebook_shows_what_its_cells_make_and_nothing_of_a_machine(name):
    path = NOTEBOOKS[name]
    text = path.read_text(encoding="utf-8")
    assert len(text) <= MAX_BYTES
    assert MACHINE.search(text) is None
    notebook = read_notebook(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert all(cell.outputs for cell in cells)
    kinds = {output.output_type for _, output in list_outputs(notebook)}
    assert kinds <= {"execute_result", "display_data", "stream"}
    assert {output.name for _, output in list_outputs(notebook) if output.output_type == "stream"} <= {"stdout"}


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_can_be_carried_out_and_shows_things_of_the_same_kind(name):
    stored, again = read_notebook(NOTEBOOKS[name]), execute_notebook(NOTEBOOKS[name])
    assert describe(again) == describe(stored)


def describe(notebook):
    """What each cell shows, by kind; what is printed may come in one piece or in several."""
    return sorted({(number, *sorted(output.get("data", {"text": ""}))) for number, output in list_outputs(notebook)})


def test_nothing_of_a_machine_or_moment_is_kept():
    empty = nbformat.v4.new_output("display_data", {"text/html": "", "text/plain": "<HTML>"})
    full = nbformat.v4.new_output("display_data", {"image/png": "x", "text/plain": "y"})
    word = nbformat.v4.new_output("stream", name="stderr", text="Compiling the rules: once, a minute or two.")
    cell = nbformat.v4.new_code_cell(
        "x", outputs=[word, empty, full], metadata={"execution": {"iopub.execute_input": "now"}}
    )
    stripped = strip_notebook(
        nbformat.v4.new_notebook(cells=[cell], metadata={"language_info": {"name": "python", "version": "3.11"}})
    )
    assert stripped.cells[0].outputs == [full]
    assert stripped.cells[0].metadata == {}
    assert set(stripped.metadata) == {"kernelspec"}
    assert is_passing(empty)
    assert not is_passing(full)


def test_a_path_of_a_machine_is_seen():
    assert MACHINE.search("File /tmp/somebody/x.py") is not None
    assert MACHINE.search("https://example.org/homes/x") is None
