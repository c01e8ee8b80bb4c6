"""What is wrong with rules, in the words of the person who writes them: place, problem, mend, and the field.

The rulebook says its refusals in English, for files and the command line. Here each has its Chinese sentence; a test
reads the rulebook and fails where one is without.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rulebook import wording
from rulebook.exact import ending
from rulebook.loader import RuleFileError
from rulebook.reading import OutOfReachError

# what the rulebook says, what it is in Chinese, and the field of the clause's form it is about
PROBLEMS: tuple[tuple[str, str, str], ...] = (
    (r"there is no such rule set", "没有这个规则集", ""),
    (r"its code is (.+)", "文件中的代码是 {0}", ""),
    (r"the file is not UTF-8", "文件不是 UTF-8 编码", ""),
    (r"there is no setting (.+)", "没有“{0}”这个口径设置", ""),
    (r"(.+) is not a text: (.+)", "“{0}”不是文字：{1}", ""),
    (r"(.+) has a sign that cannot be seen", "“{0}”中有看不见的字符", ""),
    (r"sign (\d+) of clause cannot be seen: (.+)", "编号的第 {0} 个字符 {1} 看不见", "clause"),
    (r"sign (\d+) of code cannot be seen: (.+)", "代码的第 {0} 个字符 {1} 看不见", "code"),
    (r"sign (\d+) of (.+) cannot be seen: (.+)", "“{1}”的第 {0} 个字符 {2} 看不见", ""),
    (r"(.+) “(.*)” is no code", "“{1}”不能用作代码（{0}）", "code"),
    (r"only an evaluation is scored", "只有评价规则才有评分", ""),
    (r"“(.*)” is no day", "“{0}”不是日期", "starts"),
    (r"it ends on (.+), before it begins", "截止日期 {0} 早于开始日期", "ends"),
    (r"circular definition: the rule set succeeds itself", "循环定义：规则集接替了它自己", ""),
    (r"hash is no sha-256", "被接替版本的摘要不是 64 位的 sha-256", ""),
    (r"setting (.+) has no option (.+)", "口径设置“{0}”没有“{1}”这一选项", "value"),
    (r"rules is not a list of clauses", "rules 不是条款列表", ""),
    (r"two clauses have this number", "有两条条款使用了同一编号", "clause"),
    (r"(.+) is not a list of “key: value”", "“{0}”没有写成“名称: 值”的形式", ""),
    (r"“(.+)” is not known here", "这里不能写“{0}”", ""),
    (r"(.+) is not a list", "“{0}”不是列表", ""),
    (r"source is missing", "没有写明来源", "source"),
    (r"(.+) is missing", "缺少“{0}”", ""),
    (r"(.+) is not a text", "“{0}”不是文字", ""),
    (r"source “(.*)” is not known", "来源“{0}”不在来源文件之中", "source"),
    (r"unit “(.*)” is not known", "没有“{0}”这个单位", "unit"),
    (r"(.+) “(.*)” is not known", "“{1}”不能用作“{0}”", ""),
    (r"“(.*)” is no code of a place", "“{0}”不是地区代码", ""),
    (r"there is no indicator “(.*)”", "没有“{0}”这个指标", "indicator"),
    (
        r"(?:at_least|more_than|at_most|less_than|equals) has no number: “(.*)”",
        "比较方式后面没有标准值：“{0}”",
        "value",
    ),
    (r"(.+) has no number: “(.*)”", "“{0}”后面没有数字：“{1}”", ""),
    (r"a manual clause has no test", "人工判断的条款不能有判断条件", "kind"),
    (r"an open clause has no test", "来源未公布的条款不能有判断条件", "kind"),
    (r"(.+) has no test", "这样的条款不能有判断条件", "kind"),
    (r"(.+) is out of reach: the unit gives (.+) to (.+)", "标准值超出范围：{0}（该单位为 {1} 至 {2}）", "value"),
    (r"only a conditional clause has “when”", "只有“有条件适用”的条款才能填写适用条件", "when"),
    (r"(.+) is not answered by yes or no", "指标“{0}”不是以“是”或“否”回答的", "when"),
    (r"the unit is (.+) but the test is in (.+)", "单位不符：条款单位是“{0}”，判断条件的单位是“{1}”", "unit"),
    (r"a clause without a test has no other test in a region", "没有判断条件的条款不能有地区规定", "kind"),
    (r"(.+) is named twice", "“{0}”写了两次", ""),
    (r"“(.*)” names no figure", "“{0}”没有写明是哪个指标、哪一年", ""),
    (r"(.+) is not collected for (.+)", "指标“{0}”没有采集 {1} 年的数据", "reading"),
    (r"“(.+)” needs two tests or more", "“{0}”至少需要两个判断条件", "group"),
    (r"n is (.+) of (.+) tests", "要求满足 {0} 项，但共有 {1} 项", "n"),
    (r"circular definition: a branch of @(.+) asks for @.+ again", "循环定义：口径“{0}”的分支又引用了它自己", ""),
    (r"circular definition: (.+)", "循环定义：{0}", ""),
    (r"there is no setting @(.+)", "没有“{0}”这个口径设置", "reading"),
    (r"(.+) names no setting", "“{0}”没有写明引用哪个口径设置", ""),
    (r"the test compares nothing", "判断条件没有写明比较什么", "fact"),
    (r"the test compares (.+)", "一个判断条件只能比较一项，这里写了 {0}", "fact"),
    (r"times is not a whole number", "倍数不是整数", "times"),
    (r"growth cannot be compared with -100 %", "年均增速不能与 −100% 比较", "value"),
    (r"a count is compared upwards only", "户数合计只能用“不低于”或“高于”", "comparator"),
    (r"count names an indicator twice", "户数合计中同一指标写了两次", "counted"),
    (r"there are (\d+) comparators", "一个判断条件写了 {0} 种比较方式", "comparator"),
    (r"there is no comparator", "没有写比较方式（不低于、高于等）", "comparator"),
    (r"“(.*)” is a title", "“{0}”已是称号的代码", ""),
    (r"anchors and aliases are not read", "不支持 YAML 的锚点和引用", ""),
    (r"a key must be a word", "名称必须是一个词", ""),
    (r"“(.*)” is said twice", "“{0}”写了两次", ""),
    (r"the file is empty", "文件是空的", ""),
    (r"the tag (.+) is not read", "不支持 YAML 标签 {0}", ""),
    (r"not YAML: (.+)", "不是 YAML：{0}", ""),
    (r"this is nested too deep", "此处嵌套层次过多", ""),
    (r"(.+) is nested too deep", "“{0}”嵌套层次过多", ""),
    (r"this is no number of a clause", "这不是条款编号", "clause"),
)
MENDS: tuple[tuple[str, str], ...] = (
    (r"choose one of: (.+)", "请从中选择：{0}"),
    (r"name the file after the code", "请用代码作文件名"),
    (r"save it as UTF-8", "请另存为 UTF-8 编码"),
    (r"correct the YAML there", "请改正该处的写法"),
    (r"the settings are: (.*)", "已有的口径设置：{0}"),
    (r"write it as text, in quotation marks", "请写成文字，并加引号"),
    (r"write the text again without it", "请重新输入这段文字"),
    (r"use small letters, digits and hyphens", "请使用小写字母、数字和连字符"),
    (r"write “process: evaluation”", "请写“process: evaluation”"),
    (r"write 2025-01-31", "请写成 2025-01-31 的形式"),
    (r"write a later day", "请改为更晚的日期"),
    (r"give it a new version", "请使用新的版本号"),
    (r"copy the 64 characters of the version before", "请复制上一版本的 64 位摘要"),
    (r"options: (.*)", "可选：{0}"),
    (r"number each clause once", "请给每条条款一个不同的编号"),
    (r"write it as “key: value”", "请写成“名称: 值”"),
    (r"use: (.+)", "可以写：{0}"),
    (r"add “(.+): …”", "请补写“{0}”"),
    (r"write “(.+): some words”", "请在“{0}”后面写文字"),
    (r"use one of: (.+)", "请从中选择：{0}"),
    (r"write the six digits of the province-level authority, or xpcc", "请写省级主管部门的六位代码，兵团写 xpcc"),
    (r"use a code of the catalogue", "请使用指标目录中的代码"),
    (r"write “(.+): '0.70'” \(at most nine decimals\)", "请写出数字，最多九位小数"),
    (r"remove the test or change the kind", "请删去判断条件，或改变条款性质"),
    (r"use “kind: conditional”", "请把条款性质改为“有条件适用”"),
    (r"name a yes/no indicator", "请选择以“是”或“否”回答的指标"),
    (r"write “unit: (.+)”", "请把单位改为“{0}”"),
    (r"remove the regions or give the clause a test", "请删去地区规定，或补写判断条件"),
    (r"name each place in one region", "每个地区只能出现一次"),
    (
        r"write “gross_output T-1” \(T-1 is the year before the call\)",
        "请写成“gross_output T-1”的形式（T-1 为申报上一年）",
    ),
    (r"name a year of the catalogue", "请选择该指标采集的年份"),
    (r"write a whole number from 1 to (.+)", "请填写 1 至 {0} 的整数"),
    (r"write the test of that branch instead", "请直接写出该分支的判断条件"),
    (r"settings: (.*)", "已有的口径设置：{0}"),
    (r"read the latest year, or ask for more years in the catalogue", "请改用最近一年"),
    (r"name one of: (.+)", "请从中选择一种：{0}"),
    (r"use a higher bound", "请使用更高的标准值"),
    (r"use at_least or more_than", "请选择“不低于”或“高于”"),
    (r"name each once", "每个指标只写一次"),
    (r"give the set another name", "请换一个名称"),
    (r"take (.+) out of (.+)", "请从“{1}”中去掉“{0}”"),
    (r"list the tests with “- ”", "请逐项写出判断条件"),
    (r"write at most 20 signs such as 2.1", "请写成 2.1 这样的编号，最多 20 个字符"),
    (r"write a share as 0.70 and money in 亿元", "占比请写成 0.70 的形式，金额以亿元为单位"),
    (r"write a simpler rule", "请写得简单一些"),
    (r"write (.+)", "请写 {0}"),
)


@dataclass(frozen=True)
class Mistake:
    """One refusal, ready for a page."""

    line: int
    clause: str
    problem: str
    mend: str
    field: str

    def __str__(self):
        place = []
        if self.line:
            place.append(_("Line %(line)d") % {"line": self.line})
        if self.clause:
            place.append(_("Clause %(clause)s") % {"clause": self.clause})
        told = _("%(problem)s. %(mend)s.") % {"problem": self.problem, "mend": self.mend}
        where = _(", ").join(place)
        return _("%(where)s: %(told)s") % {"where": where, "told": told} if where else told


def told(error: RuleFileError) -> Mistake:
    """Return a refusal of the rulebook in the language of the page."""
    zh = (get_language() or "zh").startswith("zh")
    problem, field = error.problem, ""
    for pattern, words, of in PROBLEMS:
        found = re.fullmatch(pattern, error.problem)
        if found:
            problem, field = words.format(*found.groups()) if zh else error.problem, of
            break
    mend = _mend(error.mend) if zh else error.mend[:1].upper() + error.mend[1:]
    return Mistake(error.line, error.clause, problem, mend, field)


def told_in_form(error: RuleFileError) -> Mistake:
    """Return a refusal of what was typed in a form: the numbers as they are typed there, no word of a file."""
    mistake = told(error)
    if not isinstance(error, OutOfReachError):
        return mistake
    lang = get_language() or "zh"
    low, high, bound = (
        wording.exactly(Decimal(ending(one) or 0), error.unit, lang)
        for one in (error.low, error.high, error.bound.value)
    )
    said = {"bound": wording.compared(error.bound.comparator, bound, lang), "low": low, "high": high}
    problem = _("“%(bound)s” is out of range (%(low)s to %(high)s)") % said
    is_share = error.unit == wording.FRACTION
    mend = _("Please write a share as 70%") if is_share else _("Please write a number within the range")
    return replace(mistake, problem=problem, mend=mend)


def _mend(mend: str) -> str:
    for pattern, words in MENDS:
        found = re.fullmatch(pattern, mend)
        if found:
            return words.format(*found.groups())
    return mend
