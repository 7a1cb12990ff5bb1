//! Chinese addresses, which are written without blanks from the largest part to the smallest: province, city, district, road,
//! lane, number, building, room.

use super::fold::is_ideograph;

/// The parts of a Chinese address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChineseAddress {
    /// Province, city, district, town.
    pub areas: Vec<String>,
    /// The road; or what stands in its place, when there is none.
    pub road: String,
    /// The number of the lane (弄) or, without one, of the house (号).
    pub number: Option<String>,
}

/// What ends the name of an area, longer ones first.
const AREAS: [&str; 12] =
    ["自治区", "自治州", "自治县", "特区", "街道", "省", "市", "区", "县", "镇", "乡", "旗"];
/// What ends the name of a road, longer ones first.
const ROADS: [&str; 13] =
    ["大道", "大街", "公路", "胡同", "支路", "环路", "街", "路", "巷", "道", "弄", "里", "径"];
/// What a road can have behind its name.
const SECTIONS: [&str; 8] = ["东段", "西段", "南段", "北段", "中段", "东", "西", "中"];
/// Words that begin like an area and are none: 市场, 区间.
const NO_AREA_BEFORE: [char; 3] = ['场', '间', '政'];
/// Longest name of an area or a road, in characters.
const MAX_NAME: usize = 12;

/// Splits an address; `None` when the text is not written in Chinese.
pub(super) fn split(text: &str) -> Option<ChineseAddress> {
    let mut rest: String =
        text.chars().filter(|c| !c.is_whitespace() && !"，,。、；;".contains(*c)).collect();
    if rest.chars().filter(|c| is_ideograph(*c)).count() * 2
        < rest.chars().filter(|c| c.is_alphabetic()).count()
    {
        return None;
    }
    rest.chars().find(|c| is_ideograph(*c))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 6 {
        // A postcode before the address.
        rest = rest[digits..].to_owned();
    }
    for country in ["中华人民共和国", "中国"] {
        rest = rest.strip_prefix(country).map_or(rest.clone(), str::to_owned);
    }
    let mut found = ChineseAddress::default();
    while let Some((area, after)) = area(&rest) {
        found.areas.push(area.to_owned());
        rest = after.to_owned();
    }
    let (road, after) = road(&rest).unwrap_or((&rest, ""));
    // Without a road the name of a place ends where a number begins.
    let end = road.find(|c: char| c.is_ascii_digit()).filter(|end| *end > 0).unwrap_or(road.len());
    let (road, own) = road.split_at(end);
    found.number = number(if own.is_empty() { after } else { own });
    road.clone_into(&mut found.road);
    Some(found)
}

/// The area at the start of a text, as long as something is left behind it or it is all there is.
fn area(text: &str) -> Option<(&str, &str)> {
    let mut ends = text.char_indices().map(|(at, _)| at).take(MAX_NAME).skip(2);
    let (at, suffix) = ends.find_map(|at| {
        AREAS.iter().find(|suffix| text[at..].starts_with(**suffix)).map(|suffix| (at, *suffix))
    })?;
    let end = at + suffix.len();
    let (area, rest) = text.split_at(end);
    let is_word = rest.starts_with(NO_AREA_BEFORE);
    // 城区路 is a road: an area is not followed by what ends one.
    let is_road = ROADS.iter().any(|road| rest.starts_with(road));
    let has_digits = area.bytes().any(|byte| byte.is_ascii_digit());
    // A road before the end of the area is no area: 人民路小区.
    let holds_road = road(area).is_some_and(|(road, _)| road.len() < area.len()) && suffix != "街道";
    (!is_word && !is_road && !has_digits && !holds_road).then_some((area, rest))
}

/// The road at the start of a text, and what follows it.
fn road(text: &str) -> Option<(&str, &str)> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).take(MAX_NAME).collect();
    let ends_at =
        |at: usize| ROADS.iter().find(|road| text[at..].starts_with(**road)).map(|road| at + road.len());
    let mut best = None;
    for at in starts.into_iter().skip(1) {
        let Some(end) = ends_at(at) else { continue };
        let rest = &text[end..];
        let is_longer = ROADS.iter().any(|road| rest.starts_with(road));
        if is_longer {
            continue;
        }
        let section = SECTIONS.iter().find(|section| {
            rest.strip_prefix(**section).is_some_and(|rest| rest.is_empty() || rest.starts_with(is_digit))
        });
        let after = section.map_or(rest, |section| &rest[section.len()..]);
        best = Some((&text[..end], after));
        break;
    }
    best
}

const fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The first number in what follows a road: `1000` of `1000号2楼`, `88` of `88弄12号301室`.
fn number(text: &str) -> Option<String> {
    let from = text.find(is_digit)?;
    // A number that stands further behind is one of a floor or a room.
    if text[..from].chars().count() > 2 {
        return None;
    }
    let digits: String = text[from..].chars().take_while(char::is_ascii_digit).collect();
    Some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_split_where_people_split_it() {
        for (text, areas, road, number) in [
            ("上海市浦东新区东方路1000号", &["上海市", "浦东新区"][..], "东方路", Some("1000")),
            ("东方路1000号", &[], "东方路", Some("1000")),
            (
                "中国上海市黄浦区南京东路300号恒基名人购物中心5楼",
                &["上海市", "黄浦区"],
                "南京东路",
                Some("300"),
            ),
            (
                "浙江省杭州市西湖区文三路 90 号 2 栋 301 室",
                &["浙江省", "杭州市", "西湖区"],
                "文三路",
                Some("90"),
            ),
            (
                "上海市徐汇区天平街道淮海中路1555弄12号301室",
                &["上海市", "徐汇区", "天平街道"],
                "淮海中路",
                Some("1555"),
            ),
            ("200001上海市黄浦区人民大道200号", &["上海市", "黄浦区"], "人民大道", Some("200")),
            ("中山东一路18号", &[], "中山东一路", Some("18")),
            ("北京市朝阳区建国门外大街1号", &["北京市", "朝阳区"], "建国门外大街", Some("1")),
            ("镇宁路200号", &[], "镇宁路", Some("200")),
            ("上海市静安区", &["上海市", "静安区"], "", None),
            ("浦东新区世纪大道", &["浦东新区"], "世纪大道", None),
            ("上海博物馆", &[], "上海博物馆", None),
            ("世纪大道东段8号", &[], "世纪大道", Some("8")),
            ("南京西路，恒隆广场 66 楼", &[], "南京西路", None),
        ] {
            let found = split(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(found.areas, areas, "{text}");
            assert_eq!((found.road.as_str(), found.number.as_deref()), (road, number), "{text}");
        }
        for text in ["", "12 Triq il-Kbira, Mosta", "Nanjing Road 5 路", "123"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
