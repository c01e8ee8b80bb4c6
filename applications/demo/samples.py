"""Every sample of the demo: which county, which industry, how far it came, what is special about it."""

from dataclasses import dataclass, field

from applications.demo.figures import Profile, like
from applications.enums import State

MARK = "（示例）"
OPEN, PREVIOUS = "open", "previous"


@dataclass(frozen=True)
class Sample:
    """One sample cluster, and what becomes of its application; `state` is None without one.

    `notice` says in which public notice of the previous call it stands: "ended" or "running".
    """

    county: str
    industry: str
    words: str
    niche: str
    state: State | None
    profile: Profile = field(default_factory=Profile)
    area: str = "46.5"
    call: str = OPEN
    came_back: bool = False
    is_half_filled: bool = False
    notice: str = ""
    objection: str = ""


S = State
# fmt: off
IN_THE_OPEN_CALL = (
    Sample("370102", "6513", "工业软件", "制造业研发设计类软件", None, area="12.6"),
    Sample("370102", "4012", "智能电表", "智能电能计量仪表", S.DRAFT, like(output="52.4"), "9.8", is_half_filled=True),
    Sample("370102", "3584", "医疗器械", "医用介入器械", S.RETURNED, like(output="61.2", enterprises=142), "14.2"),
    Sample("370114", "3393", "锻件制造", "风电法兰锻件", S.SUBMITTED, like(output="162.5", enterprises=318)),
    Sample("371681", "3252", "高端铝材", "铝合金轮毂", S.SUBMITTED, like(output="205", efficiency="1.08"), "104"),
    Sample("371722", "3053", "医用玻璃制品", "硼硅玻璃仪器", S.SUBMITTED, like(output="57.3", growth="1.096")),
    Sample("371329", "2190", "柳编家居", "柳编工艺家居", S.SUBMITTED,
           like(champions=0, little_giants=0, srdi=2, innovative=8, high_tech=4, output="56.8")),
    Sample("370785", "1952", "安全防护鞋", "劳动防护鞋", S.SUBMITTED, like(output="73.9"), came_back=True),
    Sample("370321", "3521", "化工装备", "氟硅单体合成装备", S.RECOMMENDED, like(output="140.2")),
    Sample("370683", "3425", "机床附件", "数控机床主轴", S.RECOMMENDED, like(output="66.8")),
    Sample("370782", "3670", "商用车零部件", "商用车传动轴", S.NOT_RECOMMENDED, like(leading_share="0.69")),
    Sample("371425", "3061", "玻璃纤维", "电子级玻璃纤维布", S.RETURNED, like(carbon=("0.91", "0.93", "0.88"))),
    Sample("371524", "2740", "中药制品", "胶类中药", S.WITHDRAWN, like(output="88.1")),
    Sample("370881", "3825", "光伏组件配套", "光伏边框", S.DISQUALIFIED, like(patents=520)),
    Sample("370211", "3851", "智能家电", "智能制冷电器", S.SUBMITTED, like(output="236", enterprises=402)),
    Sample("370211", "3734", "船用配套设备", "船用压载水处理系统", S.DRAFT, like(output="95"), "31",
           is_half_filled=True),
    Sample("370215", "1829", "童装", "功能童装", S.RECOMMENDED, like(output="77.7")),
    Sample("370281", "3435", "电梯零部件", "电梯导轨", S.SUBMITTED, like(output="50.1", growth="1.12")),
    Sample("659002", "1711", "棉纺织", "高支棉纱", S.SUBMITTED,
           like(missing=frozenset({("gross_output", 3)}), output="58")),
    Sample("659001", "1373", "果蔬深加工", "番茄制品", S.RECOMMENDED, like(output="54.9", innovative=19, high_tech=12)),
    Sample("330784", "3465", "电动工具", "锂电电动工具", S.SUBMITTED, like(output="268", enterprises=520)),
    Sample("330681", "1763", "袜业", "智能编织袜", S.RECOMMENDED, like(output="310", enterprises=780)),
    Sample("330483", "1763", "毛衫", "羊毛衫", S.SUBMITTED, like(output="190", outreach="98")),
    Sample("330282", "3855", "清洁小家电", "吸尘器", S.RECOMMENDED, like(output="224")),
    Sample("321181", "3587", "眼镜", "树脂镜片", S.RECOMMENDED, like(output="152", patents=530)),
    Sample("440606", "3854", "厨房小家电", "嵌入式厨房电器", S.RECOMMENDED, like(output="388", enterprises=640)),
    Sample("510682", "3441", "流体装备", "高压泵", S.SUBMITTED, like(output="62.4", growth="1.11")),
    Sample("652801", "3512", "油气技术装备", "井下作业工具", S.SUBMITTED,
           like(output="60.7", patents=9, employees=7_200)),
)
IN_THE_PREVIOUS_CALL = tuple(
    Sample(county, industry, words, niche, state, profile, call=PREVIOUS, notice=notice, objection=objection)
    for county, industry, words, niche, state, profile, notice, objection in (
        ("370102", "4014", "实验分析仪器", "环境监测分析仪器", S.RECOGNISED, like(output="64.5"), "ended", "none"),
        ("370786", "3525", "注塑模具", "汽车饰件模具", S.RECOGNISED, like(output="82.7"), "ended", "none"),
        ("320583", "3983", "传感器", "压力传感器", S.RECOGNISED, like(output="226"), "ended", "none"),
        ("510182", "3072", "卫生洁具", "智能卫浴", S.RECOGNISED, like(output="59.9"), "ended", "dismissed"),
        ("659001", "2922", "节水灌溉装备", "滴灌带", S.RECOGNISED, like(output="56.3"), "ended", "none"),
        ("430182", "3576", "农机配件", "联合收割机割台", S.IN_PUBLIC_NOTICE, like(output="71.2"), "ended", ""),
        ("320281", "3832", "光纤光缆", "特种光缆", S.IN_PUBLIC_NOTICE, like(output="312"), "running", ""),
        ("441284", "2438", "玉石加工", "玉石雕刻", S.IN_PUBLIC_NOTICE, like(output="68.4"), "running", ""),
        ("411082", "3130", "再生不锈钢制品", "不锈钢带材", S.IN_PUBLIC_NOTICE, like(output="175"), "running", ""),
        ("330483", "2032", "智能家居部件", "定制木门", S.SHORTLISTED, like(output="93.5"), "", ""),
        ("350582", "1821", "休闲服装", "户外功能服装", S.SHORTLISTED, like(output="280"), "", ""),
        ("610481", "3482", "航空零部件", "航空紧固件", S.DECLINED, like(output="55.8", platform_rate="13"), "", ""),
        ("420684", "2663", "精细化工", "植物提取物", S.DECLINED, like(output="58.2"), "", ""),
        ("440307", "3961", "智能穿戴设备", "智能眼镜", S.RECOMMENDED, like(output="205"), "", ""),
        # The same cluster has a draft in the open call: its county remembers where it fell short.
        ("370102", "4012", "智能电表", "智能电能计量仪表", S.NOT_RECOMMENDED,
         like(output="46.17", enterprises=225, employees=9_320, patents=346, software=("47.9", "52.4", "57.1"),
              carbon=("0.66", "0.62", "0.58"), platform_rate="13", outreach="92"), "", ""),
        ("370214", "2913", "橡胶零件", "轨道交通减振件", S.RECOMMENDED, like(output="87.6"), "", ""),
    )
)
# fmt: on
SAMPLES = (*IN_THE_OPEN_CALL, *IN_THE_PREVIOUS_CALL)
