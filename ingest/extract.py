"""Parse, clean and describe one file without indexing it: what ``python -m ingest extract`` prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ingest import privacy, sandbox
from ingest.errors import IngestError
from ingest.facets import describe
from ingest.models import Document


def extract_file(path: Path, keep_personal_data: bool = False) -> dict[str, Any]:
    """The file as the index would hold it, ready for JSON; raises IngestError."""
    sandbox.check_file(path, path.parent)
    ((_, result),) = sandbox.parse_all([path])
    if isinstance(result, IngestError):
        raise result
    personal = privacy.count(result)
    document = result if keep_personal_data or not personal else privacy.masked(result)
    return {**_as_json(path, document), "personal": personal}


def _as_json(path: Path, document: Document) -> dict[str, Any]:
    facets = describe(document, path.name, document.declared)
    return {
        "path": str(path),
        "title": document.title,
        "facets": {
            name: {"values": list(values), "how": "inferred" if name in facets.inferred else "declared"}
            for name, values in facets.values.items()
        },
        "sections": [
            {
                "heading": list(section.heading),
                "page": section.pages[0][1] if section.pages else None,
                "text": section.text,
            }
            for section in document.sections
        ],
        "coverage": round(document.coverage, 4),
        "pages": document.page_count,
        "encoding": document.encoding,
        "removed": list(document.removed),
        "ocr": [{"page": page.page, "confidence": page.confidence} for page in document.ocr],
        "warnings": list(document.warnings),
    }
