"""Pages of portals as people save them: a story of ours, and behind it what a portal puts there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.parsers import parse

STORY = (
    "槐荫里社区是一九八六年建成的老小区，十一栋楼住着六百多户居民，楼道灯坏了一半，晚上回家要摸着墙走。",
    "去年春天，社区党支部把居民请到院子里开了第一次议事会，三十一位居民到场，说得最多的就是楼道里的灯。",
    "议事会商定的办法很简单：每层楼推一位点灯人，灯泡的钱由社区公益金出，换灯的手艺由住在五栋的老电工教。",
    "点灯人第一个月换了四十七盏灯，每换一盏就在门厅的小黑板上画一笔，孩子们放学回来都要数一数。",
    "入冬之前，十一栋楼的灯全部亮了。居民又在议事会上提出修自行车棚，这一回连平时不开门的人家也派了人来。",
    "老电工说，灯不值几个钱，值钱的是大家肯下楼。如今他带出了六个徒弟，最小的一个还在上初中。",
)
PHONES = (
    "骁龙870新机齐发，三千元价位谁更能打",
    "搭载骁龙870处理器的新款手机昨晚发布，起售价1999元，首发电商平台限时优惠二百元，预计下周三开售。",
    "机身正面采用6.67英寸直屏，屏占比达到92.7%，支持120Hz刷新率，峰值亮度1300尼特，观影体验出色。",
    "影像方面，后置4800万像素主摄，辅以800万像素超广角镜头，支持光学防抖和夜景模式，样张表现稳定。",
    "续航方面，内置4520毫安时电池，支持33瓦有线快充，官方称五十二分钟可以充满，跑分成绩超过六十七万。",
)
CARS = (
    "全新中型轿车本月上市，二手车保值率榜单出炉",
    "新车搭载1.5升涡轮增压发动机，最大功率124千瓦，匹配七速双离合变速箱，百公里综合油耗5.8升。",
    "据榜单显示，紧凑型轿车三年保值率最高达到68.4%，新能源车型普遍低于四成，经销商报价仍有松动空间。",
    "内饰采用双联屏设计，标配全景天窗、自适应巡航与主动刹车，顶配车型加装二十英寸轮毂和运动套件。",
)
TITLES = (
    "红米新机首发评测：骁龙870加持，1999元起售",
    "纯电轿车销量破万，二手保值率排名第一",
    "苹果秋季发布会前瞻：四款新机齐发",
    "全新三厢轿车上市，搭载1.4T发动机",
)
TAILS = {
    "related reading": ("相关阅读", *TITLES),
    "guess you like": ("猜你喜欢", *PHONES),
    "hot": ("热门推荐", *TITLES, "换一批"),
    "editor": ("（责任编辑：王五）", *CARS),
    "source and editor": ("来源：某某晚报  责任编辑：王五_NC88", *PHONES),
    "rights": ("版权声明：本文版权归原作者所有，转载请注明出处。", *CARS),
    "previous and next": ("上一篇：骁龙870手机怎么选", "下一篇：家用轿车保养指南", *TITLES),
    "qr code": ("扫码关注某某新闻客户端", "【打印】【关闭】", *PHONES),
    "comments": ("网友评论", "骁龙870够用好几年了，等降价再入手一台。", "这车油耗虚标吧，我的七个多油。"),
    "buttons": ("分享到：", "微信", "微博", "QQ空间", "点赞 12", *TITLES),
    "no cue, headlines": TITLES,
    "no cue, one article": PHONES,
    "no cue, two articles": (*PHONES, *CARS),
    "no cue, prose only": CARS[1:],
}
HEAD = (
    "首页 > 新闻 > 社会 > 正文",
    "槐荫里的点灯人",
    "2021-03-02 10:12  来源：某某日报  作者：李四  浏览：1203次",
)


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
@pytest.mark.parametrize("head", [(), HEAD], ids=["bare", "with a frame above"])
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_the_story_is_kept_to_its_last_word_and_the_rest_is_not(
    kind: str, head: tuple[str, ...], tail: tuple[str, ...], tmp_path: Path
) -> None:
    lines = [*head, *STORY, *tail]
    path = tmp_path / f"page.{kind}"
    body = (
        "\n".join(lines) if kind == "txt" else f"<body>{''.join(f'<p>{line}</p>' for line in lines)}</body>"
    )
    path.write_text(body, encoding="utf-8")
    parsed = parse(path)
    kept = [block.text for block in parsed.blocks]
    assert [line for line in kept if line in STORY] == list(STORY)
    assert not [
        line for line in kept if any(word in line for word in ("骁龙", "轿车", "油耗", "保值率", "屏占比"))
    ]
    assert {line for line in tail if "骁龙" in line} <= set(parsed.removed)


ENDINGS = {
    "a reflection in other words": (
        "写到这里，想起旧时乡下守更的人：提一盏马灯，从村头走到村尾，敲三下梆子，家家便睡得安稳。",
        "人与人之间的信任大概也是这样，靠一趟一趟地走出来，急不得，也省不得。",
        "愿每一扇窗后都有光，每一段夜路都有人作伴。",
    ),
    "figures": ("换灯47盏。", "耗时31天。", "花费2350元。", "参加人次：412。"),
    "names": ("点灯人名单：", "一栋：陈家宝、林秀英", "二栋：赵有田、孙桂兰", "三栋：何大壮"),
    "an invitation": (
        "想来看看的朋友，可以在每周六上午九点到门厅。",
        "地址：槐荫路18号",
        "电话：028-12345678",
    ),
    "a poem": ("一盏灯，两盏灯", "照见台阶，照见人影", "照见风里回来的人", "照见雪里出门的人"),
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
@pytest.mark.parametrize("head", [(), HEAD], ids=["bare", "with a frame above"])
def test_a_storys_own_ending_is_kept_however_it_reads(
    head: tuple[str, ...], ending: tuple[str, ...], tmp_path: Path
) -> None:
    path = tmp_path / "page.txt"
    path.write_text("\n".join([*head, *STORY, *ending]), encoding="utf-8")
    kept = [block.text for block in parse(path).blocks]
    assert kept[-len(ending) :] == list(ending)
