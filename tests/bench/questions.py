"""Questions to time: what people ask of the library, in several wordings and lengths."""

from __future__ import annotations

TOPICS = [
    "加装电梯",
    "老旧小区改造",
    "垃圾分类",
    "楼道堆物",
    "电动自行车充电",
    "飞线充电",
    "高空抛物",
    "宠物扰民",
    "广场舞噪音",
    "停车难",
    "物业费收缴",
    "业委会换届",
    "维修资金",
    "邻里纠纷调解",
    "油烟扰民",
    "群租整治",
    "社区花园",
    "小区绿化补种",
    "公共空间改造",
    "儿童友好空间",
    "独居老人探访",
    "老年食堂",
    "助餐点",
    "日间照料",
    "残疾人就业",
    "困境儿童帮扶",
    "新就业群体融入",
    "外卖骑手驿站",
    "国际社区外籍居民融入",
    "志愿者队伍建设",
    "楼组长培养",
    "社区自治金",
    "社区基金会",
    "社会组织培育",
    "社区营造项目申报",
    "微更新设计师进社区",
    "居民议事会",
    "听证会组织",
    "党建引领",
    "楼宇党建",
    "防汛应急演练",
    "疫情期间物资配送",
    "数字化平台建设",
    "信托制物业",
]

WORDINGS = (
    "{}",
    "{}怎么做",
    "{}有哪些困难，别的社区是怎么解决的",
    "我刚到社区工作，居民对{}意见很大，第一步应该找谁谈",
    "请问上海或者成都有没有做{}的案例，花了多少钱，效果怎么样，居民参与了没有",
)


def questions() -> list[str]:
    """Every topic in every wording; each question differs from the one before in both."""
    return [
        WORDINGS[(number + turn) % len(WORDINGS)].format(topic)
        for turn in range(len(WORDINGS))
        for number, topic in enumerate(TOPICS)
    ]
