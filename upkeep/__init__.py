"""What a maintainer does now and then: lists of dependencies, pages that are written by commands."""
