//! Which encoding the bytes of a file are in, and their text.
//!
//! A byte order mark decides; else the text is UTF-8 if it can be. What is neither is GB18030 only where it then looks
//! Chinese, because nearly all bytes decode as GB18030 somehow. The single-byte encodings of European spreadsheets are
//! told apart by the letters they would give: an encoding is possible when all of them belong to one language and no
//! sign stands inside a word. Where two encodings remain possible and disagree, the text stays undecoded: U+FFFD stands
//! for what is not certain, so that no other letters are read than were written.

use encoding_rs::{
    Encoding, GB18030, ISO_8859_2, ISO_8859_15, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250,
    WINDOWS_1252, WINDOWS_1254, WINDOWS_1257,
};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Single-byte encodings that are read. Others are listed with them so that their text is not taken for one of these.
const CANDIDATES: [&Encoding; 7] =
    [WINDOWS_1252, WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, ISO_8859_2, ISO_8859_15, MACINTOSH];

/// Letters beyond a to z, in lower case, of the languages written in each encoding.
const LATIN_1: &[&str] = &[
    "äöüßéàçèêâîôûëïùœæÿ", // German with French names, Dutch, Luxembourgish, Swiss lists
    "áéíóúñüïçàèòºª",      // Spanish and Catalan
    "ãáàâçéêíõóôúüºª",     // Portuguese
    "àèéìíîòóù",           // Italian
    "åäöéüáà",             // Swedish, Finnish
    "æøåéüöäóòôè",         // Danish, Norwegian
    "áéíóúýþæöð",          // Icelandic
    "áíóúýæøð",            // Faroese
    "äöõüšž",              // Estonian
];
const LATIN_2: &[&str] = &[
    "ąćęłńóśźżöüä",        // Polish with German names
    "áčďéěíňóřšťúůýžöüä",  // Czech
    "áäčďéíĺľňóôŕšťúýžöü", // Slovak
    "áéíóöőúüűä",          // Hungarian
    "ăâîşţșțöüäé",         // Romanian
    "čćđšžé",              // Croatian, Slovene, Bosnian
    "äöüßé",               // German
    "çëâ",                 // Albanian
];
const TURKISH: &[&str] = &["çğıöşüâîû\u{307}"];
/// Letters before a bar: one of them has to occur, or the text is hardly in that language.
const BALTIC: &[&str] = &["ėšžčį|ąęųū", "āēīšž|čģķļņōŗū", "äöõüšž"];

fn languages(encoding: &'static Encoding) -> Vec<&'static str> {
    let [latin_1, latin_2, turkish, baltic] = [LATIN_1, LATIN_2, TURKISH, BALTIC];
    if encoding == WINDOWS_1250 || encoding == ISO_8859_2 {
        latin_2.to_vec()
    } else if encoding == WINDOWS_1254 {
        [latin_1, turkish].concat()
    } else if encoding == WINDOWS_1257 {
        baltic.to_vec()
    } else {
        latin_1.to_vec()
    }
}

/// Code page 850, which spreadsheets call MS-DOS, from 0x80 on; it is not read, only recognised.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// The file as text, without its byte order mark; U+FFFD stands for bytes that are no text or not certain.
pub(super) fn to_text(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0;
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let (utf8, chinese) = (Lines::of(bytes, UTF_8), Lines::of(bytes, GB18030));
    if chinese.failed < utf8.failed {
        let text = GB18030.decode_without_bom_handling(bytes).0;
        if looks_chinese(&text) {
            return text;
        }
    }
    // One line of true UTF-8 is proof of it: no other encoding gives such bytes by chance.
    let western = (utf8.failed == utf8.foreign).then(|| western(bytes)).flatten();
    western.unwrap_or(UTF_8).decode_without_bom_handling(bytes).0
}

/// UTF-16 without a byte order mark: every second byte of its first Latin letters is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let [first, second, third, fourth, ..] = *bytes else { return None };
    match [first == 0, second == 0, third == 0, fourth == 0] {
        [false, true, false, true] => Some(UTF_16LE),
        [true, false, true, false] => Some(UTF_16BE),
        _ => None,
    }
}

/// How many lines of a file are not plain ASCII, and how many of those an encoding cannot read.
struct Lines {
    foreign: usize,
    failed: usize,
}

impl Lines {
    fn of(bytes: &[u8], encoding: &'static Encoding) -> Self {
        let lines = bytes.split(|&byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.is_ascii());
        let mut found = Self { foreign: 0, failed: 0 };
        for line in lines {
            found.foreign += 1;
            found.failed += usize::from(encoding.decode_without_bom_handling(line).1);
        }
        found
    }
}

/// Characters that are frequent in Chinese names and addresses. Text in another encoding that is read as GB18030 gives
/// rare characters nearly always.
const FREQUENT: &str = "的一是不在人有我他这中大来上个国和地到要以时用们生家出会作对开而过自所方前多经\
    成如手把样心点见事重新世长头意无等东然者么道回白黑高实内公体名光数由本月明门少小水路街号楼室省市区县镇乡村\
    庄弄巷栋座幢层院园小单元苑组社区广场北南西东花山河湖海江桥城建设民主解放平安和胜利文化学校医店商厦厂站火车\
    王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘\
    杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔崔康毛邱秦史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚\
    伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛超霞刚桂兰玉萍红梅建华辉志宇鑫雪婷浩欣怡子涵梓轩雨佳俊琳燕飞凤春国庆\
    订单号编地址收货件姓名电话手机经纬度温层冷藏冻常重量体积开始结束时间窗送服务分钟团购下单渠道来源配方式\
    自提点数上门微信小程序应用代合作乳制品蔬菜水果肉类鱼产鲜冰淇淋奶保干均可都以先生女士备注";
/// At least one Han character in so many has to be frequent.
const FREQUENT_SHARE: usize = 3;

/// Whether a text decoded as GB18030 is Chinese: its Han characters are frequent ones and not mixed with kana.
fn looks_chinese(text: &str) -> bool {
    let frequent: BTreeSet<char> = FREQUENT.chars().collect();
    let (mut han, mut known, mut odd) = (0, 0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        match c {
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}' => {
                han += 1;
                known += usize::from(frequent.contains(&c));
            }
            // Kana, Greek, Cyrillic, private use: rows of GB18030 that the letters of other encodings fall on.
            '\u{370}'..='\u{52F}' | '\u{3040}'..='\u{312F}' | '\u{E000}'..='\u{F8FF}' => odd += 1,
            _ => {}
        }
    }
    han > 0 && known * FREQUENT_SHARE >= han && odd * 10 <= han
}

/// What stands around a byte above 127: the byte before, itself, the byte after; 0 at the ends of the file.
type Triple = [u8; 3];

/// The only European encoding that the bytes can be in, or several that agree on each character.
fn western(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut triples: BTreeMap<Triple, usize> = BTreeMap::new();
    for (at, &byte) in bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        let before = if at == 0 { 0 } else { bytes[at - 1] };
        let after = bytes.get(at + 1).copied().unwrap_or(0);
        *triples.entry([before, byte, after]).or_default() += 1;
    }
    // Whole words of such bytes are another alphabet: Greek, Cyrillic, Hebrew, Arabic, Thai, or two-byte characters.
    let all: usize = triples.values().sum();
    let inside = |triple: &Triple| triple.iter().all(|byte| !byte.is_ascii());
    let crowded: usize = triples.iter().filter(|(triple, _)| inside(triple)).map(|(_, count)| count).sum();
    if crowded * 10 > all {
        return None;
    }
    let is_possible =
        |encoding: &&'static Encoding| Page::of(encoding).is_possible(&triples, &languages(encoding));
    let possible: Vec<&'static Encoding> = CANDIDATES.into_iter().filter(is_possible).collect();
    // The languages with õ had other code pages in DOS.
    let dos: Vec<&str> = LATIN_1.iter().copied().filter(|language| !language.contains('õ')).collect();
    if possible.is_empty() || Page(DOS.chars().map(Some).collect()).is_possible(&triples, &dos) {
        return None;
    }
    let used: BTreeSet<u8> = triples.keys().map(|triple| triple[1]).collect();
    let text = |encoding: &'static Encoding| {
        let page = Page::of(encoding);
        used.iter().map(|&byte| page.char_of(byte)).collect::<Vec<_>>()
    };
    let texts: Vec<_> = possible.iter().map(|&encoding| text(encoding)).collect();
    if texts.iter().all(|other| *other == texts[0]) {
        return Some(possible[0]);
    }
    let either = [WINDOWS_1252, WINDOWS_1250].map(text);
    if texts.iter().all(|text| either.contains(text)) { by_vowels(&triples) } else { None }
}

/// What the bytes from 0x80 on mean in a single-byte encoding.
struct Page(Vec<Option<char>>);

impl Page {
    fn of(encoding: &'static Encoding) -> Self {
        let char_of = |byte: u8| {
            let text =
                encoding.decode_without_bom_handling_and_without_replacement(std::slice::from_ref(&byte))?;
            text.chars().next().filter(|c| !c.is_control())
        };
        Self((0x80..=0xFF).map(char_of).collect())
    }

    fn char_of(&self, byte: u8) -> Option<char> {
        if byte.is_ascii() { Some(char::from(byte)) } else { self.0[usize::from(byte) - 0x80] }
    }

    /// Whether every byte has a meaning, no sign stands inside a word, and one language has all the letters.
    fn is_possible(&self, triples: &BTreeMap<Triple, usize>, languages: &[&str]) -> bool {
        let mut letters = BTreeSet::new();
        for [before, byte, after] in triples.keys() {
            let Some(c) = self.char_of(*byte) else { return false };
            let is_letter = |byte: u8| self.char_of(byte).is_some_and(char::is_alphabetic);
            if c.is_uppercase() && self.char_of(*before).is_some_and(char::is_lowercase) {
                return false;
            }
            let (before, after) = (is_letter(*before), is_letter(*after));
            if matches!(c, 'º' | 'ª') && !after {
                continue;
            }
            if c.is_alphabetic() && !matches!(c, 'º' | 'ª' | 'µ' | 'ƒ' | 'ˆ' | 'ˇ') {
                letters.extend(c.to_lowercase().filter(|c| !c.is_ascii()));
            } else if !stands_well(c, before, after) {
                return false;
            }
        }
        languages.iter().any(|language| {
            let needed = language.split_once('|').map(|(needed, _)| needed);
            letters.iter().all(|&letter| language.contains(letter))
                && needed.is_none_or(|needed| letters.iter().any(|&letter| needed.contains(letter)))
        })
    }
}

/// Whether a sign that is no letter may have letters on these sides.
fn stands_well(c: char, before: bool, after: bool) -> bool {
    match c {
        '’' | '‘' | '–' | '—' | '\u{A0}' | '·' | '\u{AD}' => true,
        '“' | '”' | '„' | '‚' | '«' | '»' | '‹' | '›' | '…' | '•' => !(before && after),
        _ => !before && !after,
    }
}

/// Windows-1252 or 1250 where the letters of one language fit either. Most bytes that differ are vowels in the first and
/// consonants in the second: between two consonants stands a vowel, between two vowels a consonant.
fn by_vowels(triples: &BTreeMap<Triple, usize>) -> Option<&'static Encoding> {
    let [western, eastern] = [WINDOWS_1252, WINDOWS_1250].map(Page::of);
    let is_vowel =
        |c: char| c.to_lowercase().any(|c| "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœăąęěőůű".contains(c));
    let mut votes = [0_usize; 2];
    for (&[before, byte, after], count) in triples {
        let (Some(west), Some(east)) = (western.char_of(byte), eastern.char_of(byte)) else { continue };
        if west == east || is_vowel(west) == is_vowel(east) {
            continue;
        }
        // A neighbour that differs itself says nothing.
        let kind = |byte: u8| {
            let c =
                western.char_of(byte).filter(|c| c.is_alphabetic() && Some(*c) == eastern.char_of(byte))?;
            Some(is_vowel(c))
        };
        match (kind(before), kind(after)) {
            (Some(false), Some(false)) => votes[usize::from(is_vowel(east))] += count,
            (Some(true), Some(true)) => votes[usize::from(is_vowel(west))] += count,
            _ => {}
        }
    }
    match votes {
        [west, east] if west > 4 * east => Some(WINDOWS_1252),
        [west, east] if east > 4 * west => Some(WINDOWS_1250),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{
        BIG5, EUC_JP, EUC_KR, SHIFT_JIS, WINDOWS_1251, WINDOWS_1253, WINDOWS_1255, WINDOWS_1256,
    };

    /// What is read of `rows` in `encoding`: their text, or none when it is left undecoded.
    fn read(rows: &str, encoding: &'static Encoding) -> Option<String> {
        let text = format!("order_id;kg;name;address\n{rows}\n");
        let (bytes, _, lossy) = encoding.encode(&text);
        assert!(!lossy, "{rows} in {}", encoding.name());
        let found = to_text(&bytes).into_owned();
        if found.contains('\u{FFFD}') { None } else { Some(found.lines().nth(1).unwrap().to_owned()) }
    }

    #[test]
    fn western_text_is_read_as_it_was_written() {
        for (rows, encoding) in [
            ("A1;3,5;Jörg Müller;Königstraße 7", WINDOWS_1252),
            ("A1;3,5;Günter Jäger;Bäckergasse 3", WINDOWS_1252),
            ("A1;1;José Muñoz;Calle Añón 3, Nº 5", WINDOWS_1252),
            ("A1;1;Søren Kjær;Ærøgade 4", WINDOWS_1252),
            ("A1;1;Hélène Lefèvre;Rue du Château à l’Étoile", WINDOWS_1252),
            ("A1;1;Matti Hämäläinen;Jäähallintie 5", WINDOWS_1252),
            ("A1;1;João Conceição;Praça São João", WINDOWS_1252),
            ("A1;1;Łukasz Wałęsa;ul. Źródlana 3, Łódź", WINDOWS_1250),
            ("A1;1;Jiří Dvořák;Náměstí Míru 5, Příbram", WINDOWS_1250),
            ("A1;1;Győző Szűcs;Fő utca 3", WINDOWS_1250),
            ("A1;1;Čedomir Živković;Šetalište 2", WINDOWS_1250),
        ] {
            assert_eq!(read(rows, encoding).as_deref(), Some(rows), "{}", encoding.name());
        }
    }

    #[test]
    fn no_other_letters_are_read_than_were_written() {
        for (rows, encoding) in [
            ("A1;1;Иван Петров;улица Ленина 5", WINDOWS_1251),
            ("A1;1;Γιώργος;Οδός Αθηνάς", WINDOWS_1253),
            ("A1;1;דוד כהן;רחוב הרצל", WINDOWS_1255),
            ("A1;1;محمد علي;شارع الملك", WINDOWS_1256),
            ("A1;1;王小明;人民路十二號", BIG5),
            ("A1;1;김철수;서울특별시 강남구", EUC_KR),
            ("A1;1;山田太郎;とうきょう", EUC_JP),
            ("A1;1;山田太郎;東京都", SHIFT_JIS),
            ("A1;1;Işık;İstiklal Caddesi", WINDOWS_1254),
            ("A1;1;Jörg Müller;Königstraße", MACINTOSH),
            ("A1;1;Česlovas Žukauskas;Šiaulių gatvė", WINDOWS_1257),
            ("A1;1;Genève;Crème", WINDOWS_1252),
            ("A1;1;Kovač;Novič", WINDOWS_1250),
            ("A1;1;Jörg;Straße", MACINTOSH),
            ("A1;1;Jörg;Hof", MACINTOSH),
        ] {
            let found = read(rows, encoding);
            assert!(found.as_deref().is_none_or(|found| found == rows), "{} {found:?}", encoding.name());
        }
        // "Jörg Müller, Straße" of MS-DOS.
        assert!(to_text(b"id\nJ\x94rg M\x81ller, Stra\xE1e\n").contains('\u{FFFD}'));
    }

    #[test]
    fn chinese_text_is_read_with_headers_in_either_language() {
        for rows in ["A1;1;王芳;人民路12号", "A1;1;欧阳娜;A座B单元301", "A1;1;李雷;深圳市南山区"]
        {
            assert_eq!(read(rows, GB18030).as_deref(), Some(rows));
        }
        let (marked, plain) = (b"\xFE\xFF\0i\0d", b"i\0d\0\n\0A\0");
        assert_eq!((&*to_text(marked), &*to_text(plain)), ("id", "id\nA"));
    }
}
