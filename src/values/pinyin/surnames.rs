//! Surnames whose characters are read otherwise than in words, or in several ways.

use unicode_normalization::UnicodeNormalization;

/// Surnames of several characters with the first letters of their readings.
const COMPOUND: &[(&str, &[&str])] = &[
    ("万俟", &["mq"]),
    ("乐正", &["yz"]),
    ("仆固", &["pg"]),
    ("厍狄", &["sd"]),
    ("单于", &["cy"]),
    ("叱干", &["cg"]),
    ("可朱浑", &["kzh"]),
    ("吐谷浑", &["tyh"]),
    ("吐浑", &["th"]),
    ("夹谷", &["jg"]),
    ("子车", &["zj", "zc"]),
    ("宰父", &["zf"]),
    ("尉迟", &["yc"]),
    ("尔朱", &["ez"]),
    ("拓拔", &["tb"]),
    ("拓跋", &["tb"]),
    ("毌丘", &["gq"]),
    ("毋丘", &["gq", "wq"]),
    ("澹台", &["tt"]),
    ("相里", &["xl"]),
    ("纥石烈", &["hsl"]),
    ("綦毋", &["qw"]),
    ("谷梁", &["gl"]),
    ("谷浑", &["yh", "gh"]),
    ("贺若", &["hr"]),
    ("车非", &["cf"]),
    ("长孙", &["zs"]),
    ("颛孙", &["zs"]),
];

/// Surnames of one character with the first letter of each of their readings.
const SINGLE: &[(char, &[&str])] = &[
    ('万', &["w"]),
    ('乐', &["y", "l"]),
    ('乘', &["c", "s"]),
    ('乜', &["n", "m"]),
    ('么', &["y", "m"]),
    ('亓', &["q"]),
    ('仇', &["q"]),
    ('令', &["l"]),
    ('会', &["g", "h"]),
    ('佘', &["s"]),
    ('佴', &["n", "e"]),
    ('便', &["b", "p"]),
    ('俞', &["y", "s"]),
    ('冒', &["m"]),
    ('冯', &["f"]),
    ('冼', &["x"]),
    ('区', &["o"]),
    ('单', &["s"]),
    ('卜', &["b"]),
    ('厍', &["s"]),
    ('句', &["g", "j"]),
    ('召', &["s", "z"]),
    ('合', &["h"]),
    ('员', &["y"]),
    ('呙', &["g"]),
    ('哈', &["h"]),
    ('員', &["y"]),
    ('啜', &["c"]),
    ('單', &["s"]),
    ('囊', &["n"]),
    ('宁', &["n"]),
    ('宓', &["m", "f"]),
    ('宿', &["s"]),
    ('寻', &["x"]),
    ('尉', &["w", "y"]),
    ('尹', &["y"]),
    ('强', &["q", "j"]),
    ('应', &["y"]),
    ('庞', &["p"]),
    ('弗', &["f"]),
    ('张', &["z"]),
    ('折', &["s", "z"]),
    ('扎', &["z"]),
    ('撒', &["s"]),
    ('撖', &["h"]),
    ('敦', &["d"]),
    ('於', &["y"]),
    ('晁', &["c"]),
    ('晟', &["c", "s"]),
    ('暨', &["j"]),
    ('曲', &["q"]),
    ('曾', &["z"]),
    ('朝', &["c", "z"]),
    ('朴', &["p"]),
    ('查', &["z"]),
    ('柏', &["b"]),
    ('桧', &["g", "h"]),
    ('樊', &["f"]),
    ('殷', &["y"]),
    ('殳', &["s"]),
    ('沈', &["s"]),
    ('沉', &["s", "c"]),
    ('沓', &["t"]),
    ('泌', &["b", "m"]),
    ('洗', &["x"]),
    ('渑', &["m", "s"]),
    ('澹', &["t", "d"]),
    ('炅', &["g", "j"]),
    ('燕', &["y"]),
    ('牟', &["m"]),
    ('率', &["s", "l"]),
    ('番', &["f", "p"]),
    ('盖', &["g"]),
    ('盛', &["s"]),
    ('相', &["x"]),
    ('眭', &["s"]),
    ('瞿', &["q"]),
    ('矜', &["j", "q"]),
    ('石', &["s"]),
    ('祭', &["z", "j"]),
    ('秘', &["b", "m"]),
    ('种', &["c"]),
    ('适', &["k", "s"]),
    ('笪', &["d"]),
    ('粘', &["n", "z"]),
    ('繁', &["p"]),
    ('纪', &["j"]),
    ('缪', &["m"]),
    ('缴', &["j"]),
    ('羑', &["y"]),
    ('翟', &["z", "d"]),
    ('能', &["n"]),
    ('臧', &["z"]),
    ('舍', &["s"]),
    ('茄', &["j", "q"]),
    ('莘', &["s", "x"]),
    ('葉', &["y"]),
    ('葛', &["g"]),
    ('蔚', &["y", "w"]),
    ('薄', &["b"]),
    ('藉', &["j"]),
    ('藏', &["z", "c"]),
    ('行', &["x", "h"]),
    ('要', &["y"]),
    ('覃', &["q", "t", "x"]),
    ('观', &["g"]),
    ('解', &["x", "j"]),
    ('訾', &["z"]),
    ('谌', &["c", "s"]),
    ('谷', &["g", "y"]),
    ('貉', &["h", "m"]),
    ('貟', &["y"]),
    ('贠', &["y"]),
    ('贲', &["b"]),
    ('费', &["f", "b"]),
    ('贾', &["j"]),
    ('车', &["c"]),
    ('载', &["z", "d"]),
    ('过', &["g"]),
    ('逄', &["p"]),
    ('邪', &["y", "x"]),
    ('那', &["n"]),
    ('郄', &["q", "x"]),
    ('郇', &["x", "h"]),
    ('郗', &["x", "c"]),
    ('郝', &["h"]),
    ('都', &["d"]),
    ('钭', &["t", "d"]),
    ('铅', &["y", "q"]),
    ('长', &["c", "z"]),
    ('阙', &["q"]),
    ('阚', &["k"]),
    ('阿', &["a", "e"]),
    ('陆', &["l"]),
    ('隗', &["w", "k"]),
    ('隽', &["j"]),
    ('難', &["n"]),
    ('靓', &["j", "l"]),
    ('颉', &["x", "j"]),
    ('食', &["s", "y"]),
    ('馮', &["f"]),
    ('黑', &["h"]),
    ('黾', &["m"]),
    ('龟', &["q", "g"]),
];

/// How many characters of a name are a surname of these lists, and the first letters of its readings; 0 and none for others,
/// which are read as in words.
pub fn readings(name: &str) -> (usize, &'static [&'static str]) {
    let name: String = name.nfc().collect();
    let compound = COMPOUND
        .iter()
        .find(|(surname, _)| name.starts_with(surname));
    if let Some((surname, readings)) = compound {
        return (surname.chars().count(), readings);
    }
    let first = name.chars().next();
    let single = SINGLE.iter().find(|(surname, _)| Some(*surname) == first);
    single.map_or((0, &[]), |(_, readings)| (1, readings))
}

#[cfg(test)]
mod tests {
    use super::super::SearchKeys;
    use super::*;

    fn initials(name: &str) -> Vec<String> {
        SearchKeys::of_person(name).initials
    }

    #[test]
    fn surnames_have_their_own_reading() {
        for (name, letters) in [
            ("单晓", "sx"),
            ("简单", "jd"),
            ("曾曾", "zc"),
            ("仇英", "qy"),
            ("区小明", "oxm"),
            ("朴明", "pm"),
            ("查明", "zm"),
            ("任明", "rm"),
            ("华明", "hm"),
        ] {
            assert_eq!(initials(name), [letters], "{name}");
        }
    }

    #[test]
    fn compound_surnames_are_read_whole() {
        for (name, letters) in [
            ("尉迟恭", "ycg"),
            ("澹台明", "ttm"),
            ("长孙无", "zsw"),
            ("万俟雨", "mqy"),
            ("单于明", "cym"),
            ("令狐冲", "lhc"),
            ("欧阳明", "oym"),
            ("皇甫明", "hfm"),
            ("宇文明", "ywm"),
            ("夏侯明", "xhm"),
            ("呼延明", "hym"),
            ("赫连明", "hlm"),
            ("鲜于明", "xym"),
            ("司马明", "smm"),
            ("上官明", "sgm"),
            ("诸葛明", "zgm"),
            ("淳于明", "cym"),
            ("慕容明", "mrm"),
        ] {
            assert_eq!(initials(name), [letters], "{name}");
        }
    }

    #[test]
    fn a_surname_of_several_readings_is_found_by_each() {
        assert_eq!(initials("覃明"), ["qm", "tm", "xm"]);
        assert_eq!(initials("乐明"), ["ym", "lm"]);
        assert_eq!(initials("翟明"), ["zm", "dm"]);
        assert_eq!(initials("尉明"), ["wm", "ym"]);
    }

    #[test]
    fn every_surname_stands_once() {
        for (place, (surname, readings)) in SINGLE.iter().enumerate() {
            let count = SINGLE.iter().filter(|(other, _)| other == surname).count();
            assert!(count == 1 && !readings.is_empty(), "{surname} at {place}");
        }
        for (surname, readings) in COMPOUND {
            let length = surname.chars().count();
            assert!(
                readings.iter().all(|reading| reading.len() == length),
                "{surname}"
            );
        }
    }
}
