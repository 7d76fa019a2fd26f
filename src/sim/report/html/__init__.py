"""The report as one HTML page: its content, its sections (one file each) and rendering."""
