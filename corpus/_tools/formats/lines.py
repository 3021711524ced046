"""Lines: where Chinese text may be cut, where a title is best cut, how wide a table's columns are."""

from __future__ import annotations

import re
from collections.abc import Callable

NO_START = "，。、；：？！）》”’】」』〕％%"  # may not begin a line
NO_END = "（《“‘【「『〔"  # may not end one
_TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.,%+\-/:&–]*[A-Za-z0-9%])?|—+|…+|[" + NO_START + "]+|.", re.S)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Cut a text into lines; a closing mark hangs rather than begin a line, an opening one moves on.

    >>> wrap("社区议事会，居民来", 5, len)
    ['社区议事会，', '居民来']
    """
    lines, line = list[str](), ""
    for token in _TOKEN.findall(text):
        hangs = token[0] in NO_START
        if not line or hangs or measure(line + token) <= width:
            line += token
            continue
        kept = line.rstrip(NO_END) or line
        lines.append(kept)
        line = line[len(kept) :] + token.lstrip()
    return [*lines, line]


def share(natural: list[float], width: float) -> list[float]:
    """Column widths that fill the table: narrow columns keep what they need, the wide ones share the rest."""
    if sum(natural) <= width:
        return [n * width / sum(natural) for n in natural]
    even = width / len(natural)
    narrow = sum(n for n in natural if n <= even)
    wide = sum(n for n in natural if n > even)
    return [n if n <= even else (width - narrow) * n / wide for n in natural]


def title_lines(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of a title: one, or two cut after a mark so that they are about equally long.

    >>> title_lines("蕃瓜弄：居委会发起原拆原建", 10, len)
    ['蕃瓜弄：', '居委会发起原拆原建']
    """
    if measure(text) <= width:
        return [text]
    cuts = [(text[: m.end()], text[m.end() :]) for m in re.finditer("[：，；、]", text)]
    fitting = [cut for cut in cuts if max(map(measure, cut)) <= width]
    if fitting:
        return list(min(fitting, key=lambda cut: max(map(measure, cut))))
    return wrap(text, width, measure)
