"""What evaluation measured, as the tables of docs/evaluation.md.

The tables of the public sets keep a row a set, so that each set's run changes its own row.
"""

from __future__ import annotations

from pathlib import Path

from search.evaluation.evaluate import SetResult
from search.evaluation.judged_measures import ROWS, JudgedResult, Robustness
from search.evaluation.markers import block, read_page, table, with_row, write_blocks
from search.evaluation.refusal import Refusal
from search.evaluation.runs import MODES
from search.evaluation.significance import SAMPLES, Difference

NAMES = {
    "dense": "语义",
    "sparse": "关键词",
    "rrf": "按名次融合（RRF）",
    "hybrid": "混合",
    "full": "页面所见",
}
SETS = (
    "集",
    "段落",
    "问题",
    *(NAMES[m] for m in MODES),
    "MRR@10",
    "recall@20",
    "混合 − 较好的单路",
    "混合 − RRF",
)
SOURCES = ("集", "来源", "许可", "段落", "问题", "段落字数（中位）")


def write_judged(page: Path, result: JudgedResult) -> None:
    """Write all tables of the judged questions into a page."""
    write_blocks(page, judged_blocks(result))


def write_set(page: Path, result: SetResult) -> None:
    """Write one public set's rows into a page."""
    text = read_page(page)
    blocks = {
        "sets": with_row(block(text, "sets"), SETS, _set_row(result)),
        "sources": with_row(block(text, "sources"), SOURCES, _source_row(result)),
    }
    write_blocks(page, blocks)


def judged_blocks(result: JudgedResult) -> dict[str, str]:
    """The blocks that one evaluation on the judged questions fills, by name."""
    return {
        "judged-about": _about(result),
        "judged-rows": _rows(result),
        "judged-differences": "\n".join(f"- {told(difference)}" for difference in result.differences),
        "judged-styles": _styles(result),
        "judged-robustness": _robustness(result),
        "judged-refusal": _refusal(result.refusal),
        "judged-reliability": reliability(result.refusal),
    }


def told(difference: Difference) -> str:
    """A difference as a sentence."""
    chance = f"p = {difference.p:.4f}" if difference.p else f"p < {2 / SAMPLES:.4f}"
    return (
        f"{NAMES[difference.system]} − {NAMES[difference.against]}：{difference.mean:+.3f}"
        f"（95% 区间 {difference.low:+.3f} 到 {difference.high:+.3f}，{chance}）"
    )


def _about(result: JudgedResult) -> str:
    return (
        f"索引 {result.build}：{result.documents} 篇文档，{result.passages} 个段落，模型 {result.model}。"
        f"答得了的问题 {result.answerable} 个，每个平均有 {result.relevant} 个相关段落；答不了的 {result.unanswerable} 个。"
    )


def _rows(result: JudgedResult) -> str:
    measures = ("ndcg@10", "mrr@10", "recall@5", "recall@20", "success@3")
    rows = [[NAMES[row], *(f"{result.rows[row][name]:.3f}" for name in measures)] for row in ROWS]
    note = f"把收起的段落也算作漏掉时，“页面所见”的 nDCG@10 是 {result.full_of_all:.3f}。"
    return f"{table(('', 'nDCG@10', 'MRR@10', 'recall@5', 'recall@20', 'success@3'), rows)}\n\n{note}"


def _styles(result: JudgedResult) -> str:
    rows = [
        [name, str(style.questions), *(f"{style.ndcg[row]:.3f}" for row in ROWS)]
        for name, style in result.styles.items()
    ]
    return table(("问法", "问题", *(NAMES[row] for row in ROWS)), rows)


def _robustness(result: JudgedResult) -> str:
    rows = [
        _typed_row(f"{style}（{found.questions} 个）", row, found)
        for style, found in result.robustness.items()
        for row in ROWS
    ]
    return table(("问法", "", "照原样问", "改正或改成简体再问", "差"), rows)


def _typed_row(style: str, row: str, found: Robustness) -> list[str]:
    typed, plain = found.typed[row], found.plain[row]
    return [style, NAMES[row], f"{typed:.3f}", f"{plain:.3f}", f"{typed - plain:+.3f}"]


def _refusal(refusal: Refusal) -> str:
    rows = [
        ["AUC", f"{refusal.auc:.3f}"],
        [
            f"把握低于 {refusal.threshold:.2f} 就说没有找到：答得了的问题被拒",
            f"{refusal.answerable_refused:.1%}",
        ],
        ["同一门槛：答不了的问题被拒", f"{refusal.unanswerable_refused:.1%}"],
        ["把握与实际比例的平均差", f"{refusal.calibration_error:.3f}"],
    ]
    return table(("", "数值"), rows)


def reliability(refusal: Refusal) -> str:
    """How sure search was against how often it was right, ten groups from the least sure, as a table."""
    rows = [
        [f"{n}", f"{g.low:.2f}–{g.high:.2f}", f"{g.questions}", f"{g.confidence:.2f}", f"{g.answerable:.2f}"]
        for n, g in enumerate(refusal.groups, start=1)
    ]
    return table(("十分位", "把握", "问题", "平均把握", "其中答得了的比例"), rows)


def _set_row(result: SetResult) -> list[str]:
    asked = (
        str(result.queries)
        if result.queries == result.judged
        else f"前 {result.queries}（共 {result.judged}）"
    )
    ndcg = [f"{result.rows[mode]['ndcg@10']:.3f}" for mode in MODES]
    others = [f"{result.rows['hybrid'][name]:.3f}" for name in ("mrr@10", "recall@20")]
    single, rrf = result.differences
    tested = [f"{NAMES[single.against]}：{_interval(single)}", _interval(rrf)]
    return [result.name, str(result.passages), asked, *ndcg, *others, *tested]


def _source_row(result: SetResult) -> list[str]:
    about = result.about
    facts = [str(about.get(name, "未注明")) for name in ("source", "licence")]
    length = about.get("passage_chars_median", "–")
    return [result.name, *facts, str(result.passages), str(result.judged), str(length)]


def _interval(difference: Difference) -> str:
    return f"{difference.mean:+.3f} [{difference.low:+.3f}, {difference.high:+.3f}]"
