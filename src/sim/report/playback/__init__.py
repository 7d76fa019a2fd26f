"""Data of the playback: the selected replications, their replays, and the timeline beside them."""
