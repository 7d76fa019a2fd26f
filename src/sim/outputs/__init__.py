"""What an output folder holds: tables, their schema, provenance, exports."""
