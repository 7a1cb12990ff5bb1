//! The words that files use for channels, modes of delivery and temperature classes.

use crate::cold::ColdClass;
use crate::{Channel, ColdRules, Fulfilment, Pin};
use coldmile_units::Idx;

const CHANNELS: &[(Channel, &[&str])] = &[
    (Channel::App, &["app", "web", "online", "应用"]),
    (Channel::Wechat, &["wechat", "wechat_mini", "weixin", "mini_program", "微信", "小程序", "微信小程序"]),
    (Channel::Call, &["call", "call_centre", "call_center", "phone", "telephone", "电话"]),
    (
        Channel::Assisted,
        &["assisted", "centre_staff_assisted", "center_staff_assisted", "staff", "desk", "代下单"],
    ),
    (Channel::Partner, &["partner", "partner_store", "shop", "store", "合作店", "门店"]),
];

const MODES: &[(Fulfilment, &[&str])] = &[
    (Fulfilment::Door, &["door", "home", "delivery", "送货上门", "上门", "配送"]),
    (Fulfilment::Pickup, &["pickup", "pickup_centre", "pickup_center", "collect", "centre", "自提"]),
    (Fulfilment::Either, &["either", "any", "door_or_pickup", "均可", "都可以"]),
];

const PINS: &[(Pin, &[&str])] = &[
    (Pin::Exact, &["exact", "精确"]),
    (Pin::Approximate, &["approximate", "street", "大致"]),
    (Pin::Coarse, &["coarse", "place", "粗略"]),
    (Pin::Unsure, &["unsure", "待选"]),
];

/// Words for the built-in classes; a network's own classes go by their ids.
const CLASSES: &[(&str, &[&str])] = &[
    ("ambient", &["dry", "none", "no", "否", "常温", "0", "不冷藏"]),
    ("chilled", &["cool", "cold", "fridge", "refrigerated", "yes", "是", "冷藏", "1", "保鲜"]),
    ("frozen", &["freezer", "deep_frozen", "冷冻", "冻品"]),
    ("produce", &["fruit", "vegetables", "蔬菜", "水果", "果蔬"]),
    ("dairy", &["milk", "乳制品", "奶制品"]),
    ("meat", &["raw_meat", "肉", "肉类"]),
    ("fish", &["seafood", "raw_fish", "鱼", "水产", "海鲜"]),
    ("ice-cream", &["ice_cream", "icecream", "冰淇淋"]),
];

fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '-'], "_")
}

fn pick<T: Copy>(table: &[(T, &[&str])], word: &str) -> Option<T> {
    let word = plain(word);
    table.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(value, _)| *value)
}

/// The channel that `word` names.
pub(super) fn channel(word: &str) -> Option<Channel> {
    pick(CHANNELS, word)
}

/// The mode of delivery that `word` names.
pub(super) fn mode(word: &str) -> Option<Fulfilment> {
    pick(MODES, word)
}

/// How well a door is known, as `word` says.
pub(super) fn pin(word: &str) -> Option<Pin> {
    pick(PINS, word)
}

/// The words of this crate for how well a door is known.
pub(super) fn pin_words() -> impl Iterator<Item = &'static str> {
    PINS.iter().map(|(_, words)| words[0])
}

/// The class that `word` names: an id of the day's rules, or a common word for one.
pub(super) fn class(word: &str, rules: &ColdRules) -> Option<Idx<ColdClass>> {
    let id = word.trim().to_lowercase();
    rules.class_by_id(word.trim()).or_else(|| rules.class_by_id(&id)).or_else(|| {
        let id = CLASSES.iter().find(|(_, words)| words.contains(&plain(word).as_str()))?.0;
        rules.class_by_id(id)
    })
}

/// The word that files of this crate use for a channel.
pub(super) fn channel_word(channel: Channel) -> &'static str {
    CHANNELS.iter().find(|(known, _)| *known == channel).map_or("app", |(_, words)| words[0])
}

/// The word that files of this crate use for a mode of delivery.
pub(super) fn mode_word(mode: Fulfilment) -> &'static str {
    MODES.iter().find(|(known, _)| *known == mode).map_or("door", |(_, words)| words[0])
}

/// The words of this crate for all channels.
pub(super) fn channel_words() -> impl Iterator<Item = &'static str> {
    CHANNELS.iter().map(|(_, words)| words[0])
}

/// The words of this crate for all modes of delivery.
pub(super) fn mode_words() -> impl Iterator<Item = &'static str> {
    MODES.iter().map(|(_, words)| words[0])
}
