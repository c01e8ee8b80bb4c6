"""What cannot be seen: found with its place, shown, taken out of free text; what people write stays."""

from rulebook.characters import clean_words, hidden_in, shown, trimmed


def test_hidden_characters_are_found_with_place_and_code_point():
    assert hidden_in("1.4\u200b") == [(3, "\u200b")]
    assert [place for place, _letter in hidden_in("\ufeffa\u202eb\u00adc\u3164d\ue000e\x00")] == [0, 2, 4, 6, 8, 10]
    assert hidden_in("甲\n乙", keep="\n") == [] and hidden_in("甲\n乙") == [(1, "\n")]


def test_the_variation_selectors_of_han_stay_and_those_of_others_are_hidden():
    assert clean_words("葛\U000e0100城区 辻\ufe00") == "葛\U000e0100城区 辻\ufe00"
    assert clean_words("1\ufe0e2 a\U000e0100 \ufe0f") == "12 a"
    assert shown("1\ufe002") == "1␣U+FE002"


def test_free_text_loses_what_cannot_be_seen_and_nothing_else():
    assert clean_words("\u202e示例\u2066集群\u2069\u200b（二期）\u200f ") == "示例集群（二期）"
    assert clean_words("第一行\n第二行\x07", keep="\n") == "第一行\n第二行"
    assert clean_words("e\u0301\u3000\U000274bd镇 ½ ①") == "é\u3000\U000274bd镇 ½ ①"


def test_white_space_in_free_text_parts_what_it_parted():
    for gap in "\t\x1f":
        assert (
            clean_words(f"产值{gap}96{gap}108.5") == clean_words(f"产值{gap}96{gap}108.5", keep="\n") == "产值 96 108.5"
        )
    for line in ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"):
        assert clean_words(f"96{line}108.5{line}") == "96 108.5"
        assert clean_words(f"96{line}108.5{line}", keep="\n") == "96\n108.5"
    assert clean_words("第一段\n\n第二段", keep="\n") == "第一段\n\n第二段"


def test_ends_are_trimmed_and_what_is_inside_stays():
    assert trimmed("\ufeff\u00a0 a\u200bb@c.example\u200b\u202f\u202c") == "a\u200bb@c.example"
    assert trimmed("\u200b \u3000") == ""
