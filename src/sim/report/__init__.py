"""Results as sentences, tables and pages: nothing is estimated here, only put into words."""
