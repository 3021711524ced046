"""Several questions in one: where they are cut, where not, and what each part is given of the first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.language.questions import MOST, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "加装电梯怎么分摊费用？一楼不同意怎么办？有哪些成功案例",
            ("加装电梯怎么分摊费用", "加装电梯 一楼不同意怎么办", "加装电梯 有哪些成功案例"),
        ),
        (
            "垃圾分类怎么动员？加装电梯怎么分摊？",
            ("垃圾分类怎么动员", "加装电梯怎么分摊"),
        ),  # each has its own topic
        (
            "车位缺口怎么查清楚？小区外面的车位怎么借？",
            ("车位缺口怎么查清楚", "小区外面的车位怎么借"),  # the topic is said again
        ),
        ("楼组长怎么选、怎么培训", ("楼组长怎么选", "楼组长 怎么培训")),  # every clause asks
        (
            "想办个社区食堂，地方从哪来，谁来运营",
            ("想办个社区食堂，地方从哪来", "想办个社区食堂 谁来运营"),  # what doesn't ask goes with what does
        ),
        (
            "2025年成都有哪些社区搞了居民微创投，结果怎么样",
            (
                "2025年成都有哪些社区搞了居民微创投",
                "2025年成都 居民微创投 结果怎么样",
            ),  # place and year go along
        ),
        (
            "怎么讲五社联动：五方各是谁、分工怎样",
            ("怎么讲五社联动", "五社联动 五方各是谁", "五社联动 分工怎样"),
        ),
        (
            "加装电梯：1. 费用怎么分摊 2. 一楼不同意怎么办 3. 成功案例",
            ("加装电梯：费用怎么分摊", "加装电梯 一楼不同意怎么办", "加装电梯 成功案例"),
        ),
        ("①居民公约怎么写②怎么执行", ("居民公约怎么写", "居民公约 怎么执行")),
        ("楼道堆物；飞线充电；高空抛物", ("楼道堆物", "飞线充电", "高空抛物")),
        ("楼道堆物\n飞线充电", ("楼道堆物", "飞线充电")),
        ("我们小区有块空地！怎么改？谁来管？", ("我们小区有块空地。怎么改", "我们小区有块空地 谁来管")),
        (
            "物业费为什么收不上来？居委会能做什么",
            ("物业费为什么收不上来", "物业费 居委会能做什么"),
        ),  # 居委会 acts
        ("樓道堆物怎麼清理？鄰居不配合怎麼辦？", ("楼道堆物怎么清理", "楼道堆物 邻居不配合怎么办")),
        ("你们好。社区花园谁来管？钱哪里来？", ("你们好。社区花园谁来管", "社区花园 钱哪里来")),
    ],
)
def test_several_questions_are_split(text: str, parts: tuple[str, ...]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "如何提升居民参与度",
        "加装电梯，居民，费用",
        "加装电梯 费用分摊",
        "养老、托育、助残怎么做",  # a list, one question
        "一楼不同意？怎么办？",  # the second only asks
        "你好！请问楼组长怎么选？谢谢！",
        "一开会就吵得不可开交，有没有啥现成的发言规矩能拿来用啊",
        "我这培训讲完大家回去啥也没干，到底该咋设计才有用",  # 啥也 asks nothing
        "每次搞项目来的都是那几个老阿姨，年轻人拉都拉不来",
        "评价一个居民自治项目做得好不好，除了活动办了几场，还应该看什么？",
        "领导让我下周交项目书，一点头绪都没有，从哪儿写起啊",
        "我不知道怎么办，想请教一下楼组长的选拔",
        "小区有块荒地，打算请居民一起种。有没有同类项目？",
        "成都3.5万户的小区有哪些",
        "《居民公约怎么订？怎么用？》这篇讲什么",  # inside a title
        "How? Why?",
        "？？？",
        "",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert split(text) == (text,)


def test_there_are_never_too_many_parts() -> None:
    parts = split("？".join(f"议事会怎么{verb}" for verb in "开记追评选管办写"))
    assert len(parts) == MOST and "写" in parts[-1]


@settings(deadline=None)
@given(st.text(alphabet="加装电梯怎么办谁来管费用？！；。，、\n1.2①一是 ", max_size=40))
def test_every_part_says_something_and_none_is_lost(text: str) -> None:
    parts = split(text)
    assert parts == (text,) or all(part.strip() == part and part for part in parts)
    assert len(parts) <= MOST


@settings(deadline=None)
@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    assert split(text)


def test_an_empty_item_is_no_question() -> None:
    assert all(part.strip() for part in split("1①\n①一"))
