"""The only door to the network, and the raw archive: everything that comes in becomes a capture in a WARC file."""

from __future__ import annotations
