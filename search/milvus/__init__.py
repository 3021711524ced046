"""Searching a build that lies in Milvus: the same answers as from the files, with nothing but a few of them here."""
