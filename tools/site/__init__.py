"""The documentation as a site: pages put together from the repository, built by Zensical."""
