"""Every error that the project raises on purpose; each message says what is wrong and what to do, in Chinese.

CasebaseError
├── IngestError                   about one file or one run of ingest
│   ├── UnsupportedFormatError    no parser for this suffix
│   ├── ParseError                the parser could not read the bytes
│   ├── LimitError                the file needs more time, memory or space than allowed
│   └── LockedError               another ingest is writing this index
├── ModelError                    the embedding model is missing, damaged or not what it should be
├── StoredIndexError
│   ├── IndexNotFoundError        there is no index in the folder
│   ├── IndexDamagedError         a file of the build is missing or changed
│   └── IndexMismatchError        built by another format, model or dictionary
├── StoreError                    the store that CASEBASE_STORE names cannot be used
│   └── StoreUnreachableError     nobody answers there
├── QueryError                    the question cannot be searched for
└── PackError                     a session pack cannot be read, changed or kept
"""

from __future__ import annotations

from pathlib import Path


class CasebaseError(Exception):
    """Root of the tree; ``str(error)`` is fit to be shown to a user."""


class IngestError(CasebaseError):
    """A file or a run of ingest went wrong; ``path`` names the file, ``reason`` says why."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = Path(path), reason

    def __str__(self) -> str:
        return f"{self.path.name}：{self.reason}"


class UnsupportedFormatError(IngestError):
    """There is no parser for this suffix."""


class ParseError(IngestError):
    """The parser could not read the bytes."""


class LimitError(IngestError):
    """The file needs more time, memory or space than one file may have."""


class LockedError(IngestError):
    """Another ingest holds the lock of this index."""


class ModelError(CasebaseError):
    """The embedding model is missing, damaged or not what it should be."""


class StoredIndexError(CasebaseError):
    """The index on disk cannot be used."""


class IndexNotFoundError(StoredIndexError):
    """There is no index in the folder."""


class IndexDamagedError(StoredIndexError):
    """A file of the build is missing or not what its manifest says."""


class IndexMismatchError(StoredIndexError):
    """The build was made by another format, model, tokenizer or dictionary."""


class StoreError(CasebaseError):
    """The store that CASEBASE_STORE names cannot be used, or isn't named rightly."""


class StoreUnreachableError(StoreError):
    """Nobody answers at the store's address, or not in time."""


class QueryError(CasebaseError):
    """The question cannot be searched for."""


class PackError(CasebaseError):
    """A session pack cannot be read, changed or kept."""
