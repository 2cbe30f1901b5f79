"""One file a change; none is edited once it has landed: a test holds their digests."""
