"""From files to a published index: parse, clean, describe, chunk, embed, tokenize, publish."""
