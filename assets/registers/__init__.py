"""The register of persons, one row per person and month, and the counts that every coverage figure sums."""
