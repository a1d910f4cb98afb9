"""Numbers without numpy: :mod:`.array` is what users are handed, :mod:`.matrix` what the package computes with."""
