// WebFetch
