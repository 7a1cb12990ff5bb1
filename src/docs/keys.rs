//! The tables of `network.md`, as data.
//!
//! A heading such as ``## Keys of `[[site]]` `` opens a table, and each line of it that starts with `` | ` `` is a row of seven
//! cells: key, type, unit, default, range, example, meaning.

use crate::pages::page;

/// A key of `network.toml`, and what there is to know about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// The unit of its value, or a dash.
    pub unit: &'static str,
    /// What holds when it is absent.
    pub default: &'static str,
    /// A value as the file writes it.
    pub example: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// The keys of a table of `network.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTable {
    /// Its name without brackets: `site`, `courier.break`; empty for the top level.
    pub name: &'static str,
    /// Its keys in the order of the page.
    pub keys: Vec<Key>,
}

/// Every table of `network.toml` with its keys.
pub fn network_keys() -> Vec<KeyTable> {
    page("network").map_or_else(Vec::new, |page| read(page.markdown))
}

fn read(markdown: &'static str) -> Vec<KeyTable> {
    let mut tables: Vec<KeyTable> = Vec::new();
    let mut is_open = false;
    for line in markdown.lines() {
        if line.starts_with('#') {
            let title = line.strip_prefix("## Keys of ");
            is_open = title.is_some();
            if let Some(title) = title {
                let name = title.trim_matches(['`', '[', ']']);
                let name = if title.starts_with('`') { name } else { "" };
                tables.push(KeyTable { name, keys: Vec::new() });
            }
        } else if let (true, Some(key), Some(table)) = (is_open, read_row(line), tables.last_mut()) {
            table.keys.push(key);
        }
    }
    tables
}

/// The key in a row of a table; `None` for any other line.
fn read_row(line: &'static str) -> Option<Key> {
    let row = line.strip_prefix("| `")?.strip_suffix(" |")?;
    let (name, rest) = row.split_once("` | ")?;
    // An empty cell has one blank between its borders.
    let mut cells = rest.split('|').map(str::trim);
    let (_, unit, default, _, example) =
        (cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let meaning = cells.next()?;
    let key = Key { name, unit, default, example: example.trim_matches('`'), meaning };
    cells.next().is_none().then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_page_is_read() {
        let tables = network_keys();
        let find = |table: &str, name: &str| {
            let table = tables.iter().find(|known| known.name == table).unwrap();
            *table.keys.iter().find(|key| key.name == name).unwrap()
        };
        let key = find("vehicle_type", "per_hour");
        assert_eq!((key.unit, key.default, key.example), ("currency / h", "0", "14.50"));
        assert_eq!(find("courier.break", "min").unit, "minutes");
        assert_eq!(find("", "timezone").default, "required");
        assert_eq!(find("site", "storage").example, "{ ambient_l = 400 }");
        let rows: usize = tables.iter().map(|table| table.keys.len()).sum();
        assert!(rows > 90, "{rows}");
        for key in tables.iter().flat_map(|table| &table.keys) {
            assert!(!key.meaning.is_empty() && !key.default.is_empty(), "{key:?}");
        }
    }
}
