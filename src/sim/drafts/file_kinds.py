"""What a file seems to be that no format reads, in a few words: an image, a PDF, a table with other columns."""

import io
import json
import re
import zipfile

from sim.drafts.foreign_file import ForeignFile
from sim.drafts.ids import clean_text

MAX_NAMED = 12  # columns or keys that a message names
# The beginnings of files of known kinds.
SIGNATURES = {
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image (PNG)",
    b"\xff\xd8\xff": "an image (JPEG)",
    b"GIF8": "an image (GIF)",
    b"BM": "an image (BMP)",
    b"II*\0": "an image (TIFF)",
    b"MM\0*": "an image (TIFF)",
    b"RIFF": "an image, sound or film (RIFF)",
    b"\xd0\xcf\x11\xe0": "a file of an old Office program, such as .xls or .doc (save it as .xlsx)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"BZh": "a compressed file (bzip2)",
    b"\xfd7zXZ": "a compressed file (xz)",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"SQLite format 3": "an SQLite database",
    b"PAR1": "a Parquet table (save it as CSV)",
    b"\x89HDF": "an HDF5 file",
    b"CDF": "a NetCDF file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
# What a ZIP archive is by a name in it.
ARCHIVES = {
    "word/": "a Word document",
    "ppt/": "a PowerPoint presentation",
    "xl/": "an Excel workbook",
    "content.xml": "an OpenDocument file (save it as .xlsx or CSV)",
    "META-INF/container.xml": "an e-book (EPUB)",
    "doc.kml": "a KMZ archive of Google Earth",
}


def describe_file(file: ForeignFile) -> str:
    """What the file seems to be, in a few words."""
    if not file.data.strip():
        return "an empty file"
    if file.data.startswith(b"PK\x03\x04"):
        return describe_archive(file.data)
    text = file.text
    if text is None or file.data.startswith(b"%PDF-"):
        return next((name for start, name in SIGNATURES.items() if file.data.startswith(start)), "no text")
    return describe_text(file, text)


def describe_archive(data: bytes) -> str:
    """What a ZIP archive is, by what is in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a damaged ZIP archive"
    for start, kind in ARCHIVES.items():
        if any(name.startswith(start) for name in names):
            return kind
    return f"a ZIP archive of {len(names)} file{'s' * (len(names) != 1)}"


def describe_text(file: ForeignFile, text: str) -> str:
    """What a text is, by how it begins."""
    start = text.lstrip()[:2_000]
    if re.match(r"<!doctype html|<html", start, re.IGNORECASE):
        return "an HTML page"
    if start.startswith("<"):
        root = re.search(r"<([A-Za-z][\w:.-]*)", start)
        return f"XML whose root is <{root[1][:40]}>" if root else "XML"
    if start[0] in "{[":
        return describe_json(text)
    if re.search(r"^(claims|sides|places):", text, re.MULTILINE) and re.search(r"^schema: \d", text, re.MULTILINE):
        return "a scenario already (sim check reads it)"
    if "{{" in text and "}}" in text:
        return "wikitext without a template that is read"
    table = file.table
    if table is not None and table.is_regular:
        names = ", ".join(clean_text(name, 40) for name in table.columns[:MAX_NAMED])
        return f"a table whose columns are {names}{' and others' * (len(table.columns) > MAX_NAMED)}"
    lines = text.count("\n") + 1
    return f"a text of {lines} line{'s' * (lines != 1)}"


def describe_json(text: str) -> str:
    """What JSON is, by its keys."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return "text that looks like JSON and is none"
    if isinstance(data, list):
        return f"a JSON list of {len(data)} entries"
    keys = ", ".join(clean_text(str(key), 40) for key in list(data)[:MAX_NAMED])
    return f"JSON with the keys {keys}" if keys else "JSON with nothing in it"
