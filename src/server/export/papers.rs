//! Papers: a load sheet for each trip and a label for each parcel, as HTML pages to print.

use crate::access::mask_name;
use crate::indexed_plan::IndexedPlan;
use coldmile_model::{Order, Parcel};
use coldmile_plan::{Run, Stop, StopPlace, Trip};
use coldmile_units::{Id, Timestamp};
use jiff::tz::TimeZone;
use qrcode::QrCode;
use qrcode::render::svg::Color;
use std::collections::HashMap;
use std::fmt::Write as _;

/// What is printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub(crate) enum Paper {
    /// A page of an office printer.
    #[default]
    #[serde(rename = "a4", alias = "A4")]
    A4,
    /// A roll of 80 mm.
    #[serde(rename = "80mm")]
    Roll,
}

/// The language of the papers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tongue {
    /// English.
    #[default]
    En,
    /// Chinese.
    Zh,
}

impl Tongue {
    /// A text in both languages.
    const fn pick(self, english: &'static str, chinese: &'static str) -> &'static str {
        match self {
            Self::En => english,
            Self::Zh => chinese,
        }
    }

    const fn code(self) -> &'static str {
        self.pick("en", "zh-CN")
    }
}

/// A text for HTML and XML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

const STYLE: &str = "body{font:11pt/1.35 system-ui,'Noto Sans','Noto Sans CJK SC',sans-serif;margin:0;color:#000;background:#fff}\
section{break-after:page;padding:8mm}section:last-child{break-after:auto}\
h1{font-size:16pt;margin:0 0 1mm}p{margin:0 0 2mm}header{display:flex;justify-content:space-between;gap:4mm}\
svg{width:24mm;height:24mm;flex:none}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:1.2mm 2mm 1.2mm 0;border-bottom:.2mm solid #999}th{font-size:9pt}\
td.n,th.n{text-align:right}tr{break-inside:avoid}.tick{width:6mm}.tick i{display:block;width:4mm;height:4mm;border:.3mm solid #000}\
.big{font-size:22pt;font-weight:700}";

const ROLL: &str =
    "@page{size:80mm auto;margin:3mm}section{padding:0 0 4mm}body{font-size:9pt}h1{font-size:13pt}";
const A4: &str = "@page{size:A4;margin:8mm}section{padding:0}";
const LABEL: &str =
    "@page{size:80mm 50mm;margin:3mm}section{padding:0;display:flex;gap:3mm;justify-content:space-between}";

fn page(tongue: Tongue, title: &str, style: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{}\"><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}{style}</style>\n<body>{body}</body></html>\n",
        tongue.code(),
        escaped(title)
    )
}

fn qr(text: &str) -> String {
    let code = QrCode::new(text);
    code.map(|code| code.render::<Color<'_>>().min_dimensions(96, 96).quiet_zone(false).build())
        .map(|svg| svg.trim_start_matches("<?xml version=\"1.0\" standalone=\"yes\"?>").to_owned())
        .unwrap_or_default()
}

/// Hours and minutes on the day's clock.
fn clock(at: Timestamp, zone: &TimeZone) -> String {
    let moment = jiff::Timestamp::from_second(at.unix()).unwrap_or_default();
    moment.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

fn zone_of(plan: &IndexedPlan) -> TimeZone {
    TimeZone::get(&plan.day.timezone).unwrap_or(TimeZone::UTC)
}

/// What a run is called on screens.
fn run_title(plan: &IndexedPlan, run: &Run) -> String {
    let name = plan.name(run);
    let short = name.letter.unwrap_or_else(|| name.number.to_string());
    format!("{short} · {}", plan.courier_name(run))
}

/// The number of the stop of each parcel of a trip, counted over the run.
fn stops_of(trip: &Trip, before: usize) -> HashMap<&Id<Parcel>, usize> {
    let numbered = trip.stops.iter().enumerate();
    numbered.flat_map(|(at, stop)| stop.parcels.iter().map(move |parcel| (parcel, before + at + 1))).collect()
}

fn place(plan: &IndexedPlan, stop: &Stop) -> (String, Option<String>) {
    match &stop.place {
        StopPlace::Centre { site, .. } => {
            let known = plan.site(site.as_str());
            (known.map_or_else(|| site.to_string(), |known| known.name.clone()), None)
        }
        StopPlace::Door { order: id } => {
            let order = plan.order(id.as_str());
            let address = order.and_then(|order| order.address.clone()).unwrap_or_else(|| id.to_string());
            (address, order.and_then(|order| order.recipient.clone()))
        }
    }
}

/// One page a trip: what is loaded in which order, then the stops.
pub(crate) fn load_sheets<'r>(
    plan: &IndexedPlan,
    runs: impl Iterator<Item = &'r Run>,
    (paper, tongue): (Paper, Tongue),
) -> String {
    let zone = zone_of(plan);
    let mut body = String::new();
    for run in runs {
        let mut before = 0;
        for (index, trip) in run.trips.iter().enumerate() {
            let _ = load_sheet(&mut body, (plan, &zone), (run, trip, index), before, tongue);
            before += trip.stops.len();
        }
    }
    let style = if paper == Paper::Roll { ROLL } else { A4 };
    page(tongue, &format!("{} {}", tongue.pick("Load sheets", "装车单"), plan.plan.date), style, &body)
}

fn load_sheet(
    body: &mut String,
    (plan, zone): (&IndexedPlan, &TimeZone),
    (run, trip, index): (&Run, &Trip, usize),
    before: usize,
    tongue: Tongue,
) -> std::fmt::Result {
    let t = |english, chinese| tongue.pick(english, chinese);
    writeln!(
        body,
        "<section><header><div><h1>{}</h1><p>{} · {} {} · {} {} · {} {}</p></div>{}</header>",
        escaped(&run_title(plan, run)),
        escaped(&plan.plan.date),
        t("trip", "趟次"),
        index + 1,
        t("load", "装车"),
        clock(trip.loads_at, zone),
        t("leave", "出发"),
        clock(trip.departs_at, zone),
        qr(&format!("{}/{index}", run.id)),
    )?;
    let stops = stops_of(trip, before);
    writeln!(
        body,
        "<table><tr><th class=\"tick\"></th><th>{}</th><th>{}</th><th>{}</th><th class=\"n\">{}</th></tr>",
        t("Parcel, first loaded first", "包裹(先装在前)"),
        t("Temperature", "温度"),
        t("Name", "姓名"),
        t("Stop", "站点"),
    )?;
    for id in &trip.manifest.parcels {
        let known = plan.parcel(id.as_str());
        let tag = known.and_then(|(_, parcel)| plan.tag(parcel)).unwrap_or_default();
        let name = known.and_then(|(order, _)| order.recipient.as_deref()).unwrap_or_default();
        writeln!(
            body,
            "<tr><td class=\"tick\"><i></i></td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
            escaped(id.as_str()),
            escaped(&tag),
            escaped(name),
            stops.get(id).map_or_else(String::new, ToString::to_string),
        )?;
    }
    writeln!(
        body,
        "</table><p></p><table><tr><th class=\"n\">{}</th><th>{}</th><th>{}</th><th>{}</th><th class=\"n\">{}</th></tr>",
        t("Stop", "站点"),
        t("Arrival", "到达"),
        t("Where", "地点"),
        t("Name", "姓名"),
        t("Parcels", "件数"),
    )?;
    for (at, stop) in trip.stops.iter().enumerate() {
        let (address, name) = place(plan, stop);
        writeln!(
            body,
            "<tr><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
            before + at + 1,
            clock(stop.arrives_at, zone),
            escaped(&address),
            escaped(&name.unwrap_or_default()),
            stop.parcels.len(),
        )?;
    }
    writeln!(body, "</table></section>")
}

/// A label for each parcel of the plan: order, stop, centre, temperature and the masked name.
pub(crate) fn labels(plan: &IndexedPlan, tongue: Tongue) -> String {
    let mut body = String::new();
    for planned in &plan.plan.orders {
        let Some(order) = plan.order(planned.order.as_str()) else { continue };
        let delivery = planned.delivery.as_ref();
        let run = delivery.and_then(|delivery| plan.run(delivery.run.as_str()));
        let stop = delivery.zip(run).map(|(delivery, run)| {
            let before: usize = run.trips.iter().take(delivery.trip).map(|trip| trip.stops.len()).sum();
            format!(
                "{} · {} {}",
                run_title(plan, run),
                tongue.pick("stop", "站点"),
                before + delivery.stop + 1
            )
        });
        let pickup = || tongue.pick("Pickup", "自提").to_owned();
        let centre = plan.site(planned.centre.as_str()).map(|site| site.name.clone()).unwrap_or_default();
        for parcel in &order.parcels {
            let _ = label(&mut body, (plan, order, parcel), &centre, &stop.clone().unwrap_or_else(pickup));
        }
    }
    page(tongue, &format!("{} {}", tongue.pick("Labels", "标签"), plan.plan.date), LABEL, &body)
}

fn label(
    body: &mut String,
    (plan, order, parcel): (&IndexedPlan, &Order, &Parcel),
    centre: &str,
    stop: &str,
) -> std::fmt::Result {
    writeln!(
        body,
        "<section><div><div class=\"big\">{}</div><p>{}</p><p>{}</p><p><b>{}</b></p><p>{}</p></div>{}</section>",
        escaped(parcel.id.as_str()),
        escaped(centre),
        escaped(stop),
        escaped(&plan.tag(parcel).unwrap_or_default()),
        escaped(&order.recipient.as_deref().map(mask_name).unwrap_or_default()),
        qr(parcel.id.as_str()),
    )
}
