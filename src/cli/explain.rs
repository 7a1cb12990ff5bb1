//! `coldmile explain`: meaning, cause and remedy of a code.

use super::common::Common;
use super::report::{Outcome, Stopwatch};
use crate::docs::{Code, CodeGroup, codes};
use anyhow::bail;
use serde_json::{Value, json};
use std::fmt::Write;

/// Explain a code such as order/unknown-centre: meaning, cause and remedy.
#[derive(clap::Args, Debug)]
pub struct ExplainArgs {
    /// Code to explain [default: list all codes].
    code: Option<String>,
}

/// Similar codes that are listed for an unknown one.
const MAX_SUGGESTIONS: usize = 5;
/// A code is similar from this Jaro–Winkler similarity on; 1 is equal.
const MIN_SIMILARITY: f64 = 0.8;

/// Runs the command. An unknown code is an error that lists similar ones.
pub fn run(args: ExplainArgs, common: Common) -> anyhow::Result<Outcome> {
    let stopwatch = Stopwatch::start();
    let groups = codes();
    match args.code {
        None if common.json => {
            let rows =
                groups.iter().flat_map(|group| group.codes.iter().map(move |code| object(group, code)));
            stopwatch.print_json(json!({ "codes": rows.collect::<Vec<_>>() }))?;
        }
        None => print!("{}", list(&groups)),
        Some(name) => {
            let Some((group, code)) = find(&groups, &name) else {
                let near = suggestions(&groups, &name);
                let near =
                    if near.is_empty() { String::new() } else { format!("; perhaps: {}", near.join(", ")) };
                bail!("unknown code {name:?}{near} (coldmile explain lists all codes)");
            };
            if common.json {
                stopwatch.print_json(object(group, code))?;
            } else {
                println!("{}  ({})", code.code, group.title);
                println!("  meaning  {}", plain(code.meaning));
                println!("  cause    {}", plain(code.cause));
                println!("  remedy   {}", plain(code.remedy));
            }
        }
    }
    Ok(Outcome::Done)
}

fn find<'g>(groups: &'g [CodeGroup], name: &str) -> Option<(&'g CodeGroup, &'g Code)> {
    groups.iter().find_map(|group| Some((group, group.codes.iter().find(|code| code.code == name)?)))
}

/// Every code with its meaning, group by group.
fn list(groups: &[CodeGroup]) -> String {
    let width = groups.iter().flat_map(|group| &group.codes).map(|code| code.code.len()).max().unwrap_or(0);
    let mut text = String::new();
    for group in groups.iter().filter(|group| !group.codes.is_empty()) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", group.title);
        for code in &group.codes {
            let _ = writeln!(text, "  {:<width$}  {}", code.code, plain(code.meaning));
        }
    }
    text
}

fn object(group: &CodeGroup, code: &Code) -> Value {
    json!({
        "code": code.code,
        "group": group.title,
        "meaning": plain(code.meaning),
        "cause": plain(code.cause),
        "remedy": plain(code.remedy),
    })
}

/// Markdown as text: `[orders.md](orders.md)` becomes `orders.md`, code loses its backticks.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        let parts = link.split_once("](").and_then(|(label, link)| Some((label, link.split_once(')')?.1)));
        text += before;
        match parts {
            Some((label, after)) if !label.contains('[') => {
                text += label;
                rest = after;
            }
            _ => {
                text.push('[');
                rest = link;
            }
        }
    }
    (text + rest).replace('`', "")
}

/// Codes that may have been meant, the most similar first: the same name in another room, or similar letters.
fn suggestions(groups: &[CodeGroup], name: &str) -> Vec<&'static str> {
    let name = name.to_lowercase();
    let short = |code: &str| code.rsplit('/').next().unwrap_or_default().to_owned();
    let similarity = |code: &str| {
        let whole = strsim::jaro_winkler(code, &name);
        if short(code) == short(&name) { 1.0 + whole } else { whole }
    };
    let codes = groups.iter().flat_map(|group| &group.codes);
    let mut near: Vec<(f64, &'static str)> = codes
        .map(|code| (similarity(code.code), code.code))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(MAX_SUGGESTIONS).map(|(_, code)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_codes_are_suggested_and_others_are_not() {
        let groups = codes();
        assert_eq!(suggestions(&groups, "Order/unknown-centre")[0], "order/unknown-centre");
        assert_eq!(suggestions(&groups, "reversed-shift")[0], "network/reversed-shift");
        assert_eq!(suggestions(&groups, "xyzzy"), Vec::<&str>::new());
        assert!(suggestions(&groups, "audit").len() <= MAX_SUGGESTIONS);
    }

    #[test]
    fn markdown_becomes_text() {
        assert_eq!(
            plain("See [orders.md](orders.md), or `[[lane]]`: [x] (y)."),
            "See orders.md, or [[lane]]: [x] (y)."
        );
    }
}
