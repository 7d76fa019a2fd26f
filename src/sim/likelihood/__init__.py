"""Reports of the sources as a likelihood: what could have been reported, and with what probability."""
