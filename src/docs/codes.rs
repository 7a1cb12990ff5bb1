//! The tables of `codes.md`, as data.
//!
//! The file is written for people and strict enough for this parser: a heading of the second level opens a group, and
//! each line that starts with `` | ` `` is a row of four cells: code, meaning, cause, remedy.

use crate::pages::page;

/// A code, such as `order/unknown-centre`, and what there is to know about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name.
    pub code: &'static str,
    /// What holds when the code occurs.
    pub meaning: &'static str,
    /// How it comes about.
    pub cause: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The codes of one room of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeGroup {
    /// The heading, such as `network: network.toml`.
    pub title: &'static str,
    /// The codes in the order of the file.
    pub codes: Vec<Code>,
}

/// All codes, group by group.
pub fn codes() -> Vec<CodeGroup> {
    page("codes").map_or_else(Vec::new, |page| read(page.markdown))
}

fn read(markdown: &'static str) -> Vec<CodeGroup> {
    let mut groups: Vec<CodeGroup> = Vec::new();
    for line in markdown.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            groups.push(CodeGroup { title, codes: Vec::new() });
        } else if let (Some(code), Some(group)) = (read_row(line), groups.last_mut()) {
            group.codes.push(code);
        }
    }
    groups
}

/// The code in a row of a table; `None` for any other line.
fn read_row(line: &'static str) -> Option<Code> {
    let row = line.strip_prefix("| `")?.strip_suffix(" |")?;
    let (code, rest) = row.split_once("` | ")?;
    let mut cells = rest.split(" | ");
    let code = Code { code, meaning: cells.next()?, cause: cells.next()?, remedy: cells.next()? };
    cells.next().is_none().then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_row_is_read_and_complete_and_no_code_is_described_twice() {
        let groups = codes();
        let rows = page("codes").unwrap().markdown.lines().filter(|line| line.starts_with("| `")).count();
        let all: Vec<&Code> = groups.iter().flat_map(|group| &group.codes).collect();
        assert_eq!(all.len(), rows);
        assert_eq!(all.iter().map(|code| code.code).collect::<BTreeSet<_>>().len(), rows);
        for code in all {
            for text in [code.meaning, code.cause, code.remedy] {
                assert!(
                    text.ends_with('.') || text.ends_with('`') || text.ends_with(')'),
                    "{}: {text}",
                    code.code
                );
            }
        }
    }

    #[test]
    fn a_row_has_four_cells() {
        let row = "| `order/bad-id` | It is bad. | A slip. | Correct it. |";
        let code =
            Code { code: "order/bad-id", meaning: "It is bad.", cause: "A slip.", remedy: "Correct it." };
        assert_eq!(read_row(row), Some(code));
        for line in
            ["| code | meaning | cause | remedy |", "| `a/b` | one | two |", "| `a/b` | 1 | 2 | 3 | 4 |"]
        {
            assert_eq!(read_row(line), None, "{line}");
        }
    }
}
