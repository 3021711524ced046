"""What surrounds an article on a web page: navigation before it, recommended headlines and notices after it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.boilerplate import is_boilerplate_tail, is_chrome, is_meta, is_weak_tail
from ingest.topic_switch import FOREIGN, STRANGE, is_prose, mean, pairs, shared, switch

_MAX_LINES = 20_000
_INLINE_END = re.compile(
    r"(?<=[。！？”])\s*(返回搜狐，?\s*查看更多.*|[（(【\[]\s*(?:责任编辑|责编|编辑)\s*[：:][^（）()【】\[\]]{0,20}[)）】\]]\s*)$"
)


def article_end(lines: Sequence[str], web: bool = False) -> int:
    """The index of the first line behind the article; ``len(lines)`` where all belong to it.

    ``web`` says that the lines are known to come from a web page.
    A marker ends the article when what follows is short or speaks of other things; without a marker, only a tail
    of several lines that shares almost no words with the article is foreign.
    """
    weak = web or _signs(lines) >= 2
    for index, line in enumerate(lines):
        marked = is_boilerplate_tail(line) or (weak and is_weak_tail(line))
        if marked and _ends_at(lines, index):
            return index
    return switch(lines, signed=_signs(lines) > 0)


def _signs(lines: Sequence[str]) -> int:
    """How many different signs of a web page there are; the first two characters tell them apart well enough."""
    found = (line for line in lines if is_boilerplate_tail(line) or is_chrome(line) or is_meta(line))
    return len({re.sub(r"\W", "", line)[:2] for line in found})


def _ends_at(lines: Sequence[str], index: int) -> bool:
    """Whether what follows this line has little prose, or prose of other things."""
    head = [line for line in lines[:index] if is_prose(line)]
    if sum(map(len, head)) < 100:
        return False
    known = pairs("\n".join(lines[:index]))
    prose = [line for line in lines[index + 1 :] if is_prose(line) and not is_boilerplate_tail(line)]
    close = sum(len(line) for line in prose if shared(line, known) >= STRANGE)
    return close <= 0.15 * sum(map(len, head)) or (bool(prose) and mean(prose, known) < FOREIGN)


def trim_page(lines: Sequence[str]) -> tuple[list[str], list[str], str]:
    """Cut the frame of a web page saved as text: (kept lines, removed lines, title of the page).

    The head is touched only where two different signs say that this is a web page.
    """
    if len(lines) > _MAX_LINES:
        return list(lines), [], ""
    whole = [part for line in lines for part in split_inline(line)]
    stripped = [line.strip() for line in whole]
    end = article_end(stripped)
    start, first, title = 0, 0, ""
    if _signs(stripped) >= 2:
        start, first, title = _article_start(stripped[:end])
    kept: list[str] = []
    removed = [line for line in stripped[:start] if line]
    for index in range(start, end):
        text = stripped[index]
        frame = first and (
            (is_chrome(text) and len(text) > 1)
            or (index < first and (is_meta(text) or is_boilerplate_tail(text)))
        )
        if frame:
            removed.append(text)
        else:
            kept.append(whole[index])
    return kept, removed + [line for line in stripped[end:] if line], title


def split_inline(line: str) -> list[str]:
    """Cut off an end marker that stands in the last line of the article.

    >>> split_inline("居民都同意。（责任编辑：王五）"), split_inline("居民都同意。")
    (['居民都同意。', '（责任编辑：王五）'], ['居民都同意。'])
    """
    match = _INLINE_END.search(line)
    return [line[: match.start()], match[1]] if match else [line]


def _article_start(lines: Sequence[str]) -> tuple[int, int, str]:
    """The index of the title's line, that of the first prose, and the title; no title, no start."""
    first = next((index for index, line in enumerate(lines) if is_prose(line)), 0)
    known = pairs("\n".join(lines[first:]))
    best, title = 0, ""
    for index, line in enumerate(lines[:first]):
        bare = re.sub(r"\s*[_|\-—]\s*[\u4e00-\u9fff]{2,12}$", "", line).strip()
        plain = not is_chrome(line) and not is_boilerplate_tail(line) and not is_meta(line)
        if 6 <= len(bare) <= 60 and plain and shared(bare, known) > 0.2:
            best, title = index, bare
    return best, first, title
