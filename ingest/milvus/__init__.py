"""A build in Milvus: where it is, what of it lies there, how it gets there."""
