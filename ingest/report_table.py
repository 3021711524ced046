"""The report of a run as people read it: a table of the files that have something to say, and one line of sums."""

from __future__ import annotations

from collections.abc import Sequence

from wcwidth import clip, ljust, rjust, width, wrap

from ingest.report import FileReport, Report

COLUMNS = ("文件", "状态", "页数（文字/识别/空白）", "覆盖率", "段落", "编码", "去掉的行", "提醒")
_TO_THE_RIGHT = {"覆盖率", "段落", "去掉的行"}
_LONGEST_NAME = 40  # columns of the terminal; a Chinese character takes two
_LEAST_NOTE = 24
_LOW = 0.9  # coverage below which a file is worth a look
_CHANGES = {"added": "新增", "changed": "修改", "renamed": "改名", "unchanged": "未变"}
_STATUS = {"skipped": "跳过", "duplicate": "重复"}


def in_words(report: Report, embedding: float, columns: int, all_files: bool = False) -> str:
    """The whole report for a terminal of so many columns; ``embedding`` is how long that took, in seconds."""
    files = [file for file in report.files if all_files or worth_a_line(file)]
    return "\n".join([*table(files, columns), *summary(report, embedding)])


def worth_a_line(file: FileReport) -> bool:
    """Whether a file is new, changed or skipped, or something was noted of it."""
    return file.change != "unchanged" or file.status != "ok" or bool(file.notes) or file.coverage < _LOW


def table(files: Sequence[FileReport], columns: int) -> list[str]:
    """The files as lines of aligned columns, notes wrapped to a terminal of so many columns; none for no file."""
    if not files:
        return []
    rows = [COLUMNS[:-1], *(_cells(file) for file in files)]
    widths = [max(width(row[at]) for row in rows) for at in range(len(COLUMNS) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(columns - indent, _LEAST_NOTE)
    lines = []
    for cells, note in zip(rows, [COLUMNS[-1], *map(_note, files)], strict=True):
        head = "  ".join(
            (rjust if name in _TO_THE_RIGHT else ljust)(cell, wide)
            for name, cell, wide in zip(COLUMNS, cells, widths, strict=False)
        )
        first, *rest = wrap(note, room) or [""]
        lines.append(f"{head}  {first}".rstrip())
        lines += [" " * indent + line for line in rest]
    return lines


def summary(report: Report, embedding: float) -> list[str]:
    """What a run did, in two lines."""
    counts = [
        (report.read, "读取 {} 个文件"),
        (report.taken_over, "沿用 {} 个"),
        (sum(file.status == "skipped" for file in report.files), "跳过 {} 个"),
        (sum(file.status == "duplicate" for file in report.files), "重复 {} 个"),
        (len(report.gone), "移除 {} 个"),
    ]
    speed = f"（{report.embedded / embedding:.0f} 段/秒）" if report.embedded and embedding else ""
    return [
        "，".join(words.format(count) for count, words in counts if count) + "。",
        f"索引 {report.build}：{report.documents} 篇文档，{report.passages} 个段落，"
        f"新算向量 {report.embedded} 个{speed}，沿用 {report.reused} 个，用时 {report.seconds:.1f} 秒。",
    ]


def shortened(text: str, columns: int) -> str:
    """A text cut in the middle to so many columns, its end, which tells most, kept longer.

    >>> shortened("cases/临汾路街道加装电梯（定稿）.docx", 24)
    'cases/临…（定稿）.docx'
    """
    if width(text) <= columns:
        return text
    head = (columns - 1) * 2 // 5
    start = clip(text, 0, head).rstrip()
    return f"{start}…{clip(text, width(text) - (columns - 1 - head), width(text)).lstrip()}"


def _cells(file: FileReport) -> tuple[str, ...]:
    read = file.status == "ok"
    pages = ""
    if file.pages is not None:
        pages = f"{file.pages}（{file.text_pages}/{file.ocr_pages}/{file.empty_pages}）"
    return (
        shortened(_printable(file.path), _LONGEST_NAME),
        _STATUS.get(file.status, _CHANGES[file.change]),
        pages,
        f"{file.coverage:.0%}" if read else "",
        str(file.passages) if read else "",
        file.encoding,
        str(file.removed) if read and file.removed else "",
    )


def _note(file: FileReport) -> str:
    was = (f"原名 {file.was}",) if file.was else ()
    return _printable("；".join(filter(None, (*was, file.reason, *file.notes))))


def _printable(text: str) -> str:
    """The text without what would move the cursor or can't be encoded: names of files are anybody's."""
    return "".join(char if char.isprintable() else "�" for char in text)
