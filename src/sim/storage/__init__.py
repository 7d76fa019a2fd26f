"""Files on disk: atomic, checksummed, sealed by a manifest."""
