"""The playback of one replication as an animation."""
