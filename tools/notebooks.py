"""`python -m tools.notebooks [NOTEBOOK ...]`: carries out those of docs/notebooks/, and keeps what they show."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "notebooks"
TIMEOUT = 1800  # s that a cell may take
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def list_notebooks() -> list[Path]:
    """The notebooks, in the order in which they are read."""
    return sorted(FOLDER.glob("*.ipynb"))


def read_notebook(path: Path) -> Any:
    """A notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def execute_notebook(path: Path) -> Any:
    """A notebook, carried out in an empty folder; raise CellExecutionError for a cell that fails.

    Parameters
    ----------
    path
        The notebook; it stays as it is.

    Returns
    -------
    NotebookNode
        The same with what its cells show, and with nothing of this machine or moment.
    """
    notebook = read_notebook(path)
    with TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=TIMEOUT, resources={"metadata": {"path": folder}})
        client.execute()
    return strip_notebook(notebook)


def strip_notebook(notebook: Any) -> Any:
    """A notebook without times, versions and what only showed progress."""
    notebook.metadata = nbformat.from_dict(KERNEL)
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not is_passing(output)]
    return notebook


def is_passing(output: Any) -> bool:
    """Whether an output is gone at the end, or of the moment: a bar of progress, a word on standard error."""
    if output.output_type == "stream":
        return bool(output.name == "stderr")
    return output.output_type == "display_data" and output.data.get("text/html") == ""


def list_outputs(notebook: Any) -> Iterator[tuple[int, Any]]:
    """What each cell shows, with the number of the cell."""
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            yield number, output


def main(argv: list[str]) -> None:
    """Carry out those that are named, or all."""
    for path in [Path(each) for each in argv] or list_notebooks():
        nbformat.write(execute_notebook(path), path)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
