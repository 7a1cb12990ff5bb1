//! `network.toml` as text in which single values are read and changed: comments, order and spelling of everything else stay.

use super::super::edit::EditTable;
use crate::problem::InputProblem;
use crate::toml_fields::TomlFile;
use serde_json::{Map, Number, Value};
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike};

/// The text of a `network.toml`.
#[derive(Clone, Debug)]
pub struct NetworkText(DocumentMut);

/// A part of the file that can be changed by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkPart<'i> {
    /// A row of a table, by its id.
    Row(EditTable, &'i str),
    /// `[prices]`.
    Prices,
}

/// A value of a part that a patch changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The key, with a dot before a key inside a value: `storage.chilled_l`.
    pub field: String,
    /// What it was; null where the key was absent.
    pub before: Value,
    /// What it is; null where it was taken out.
    pub after: Value,
}

/// Why a patch cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The file has no such row.
    #[error("there is no such row")]
    NoRow,
    /// A row keeps its id.
    #[error("the id of a row cannot be changed")]
    Id,
    /// TOML has no such value there.
    #[error("{field}: such a value cannot stand here")]
    Value {
        /// The key.
        field: String,
    },
}

impl NetworkText {
    /// The text in these bytes, called `name` in messages.
    ///
    /// # Errors
    /// The first place that is not TOML.
    pub fn new(bytes: &[u8], name: &str) -> Result<Self, Vec<InputProblem>> {
        // The ordinary reader says where the text is not TOML.
        let file = TomlFile::new(name, bytes)?;
        file.parse()?;
        let unreadable = |reason: String| vec![InputProblem::new(name, "toml/syntax", reason)];
        let text = std::str::from_utf8(bytes).map_err(|error| unreadable(error.to_string()))?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        text.parse().map(Self).map_err(|error: toml_edit::TomlError| unreadable(error.to_string()))
    }

    /// The rows of a table in the order of the file, each as an object.
    pub fn rows(&self, table: EditTable) -> Vec<Map<String, Value>> {
        match self.0.get(table.name()) {
            Some(Item::ArrayOfTables(rows)) => rows.iter().map(|row| object(row)).collect(),
            Some(Item::Value(toml_edit::Value::Array(rows))) => {
                rows.iter().filter_map(|row| row.as_inline_table()).map(|row| object(row)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A part as an object; `None` where the file has no such row.
    pub fn part(&self, part: NetworkPart<'_>) -> Option<Map<String, Value>> {
        match part {
            NetworkPart::Row(table, id) => self.rows(table).into_iter().find(|row| has_id(row, id)),
            NetworkPart::Prices => {
                let prices = self.0.get("prices").and_then(Item::as_table_like);
                Some(prices.map(object).unwrap_or_default())
            }
        }
    }

    /// Changes a part by a merge patch (RFC 7396): a null takes a key out, an object is merged into the one that is there, any
    /// other value replaces what is there. Returns what changed.
    ///
    /// # Errors
    /// The part or a value is not possible; nothing was changed then.
    pub fn patch(
        &mut self,
        part: NetworkPart<'_>,
        patch: &Map<String, Value>,
    ) -> Result<Vec<FieldChange>, PatchError> {
        if let NetworkPart::Row(_, id) = part
            && patch.get("id").is_some_and(|given| given.as_str() != Some(id))
        {
            return Err(PatchError::Id);
        }
        let mut edited = self.0.clone();
        let mut changes = Vec::new();
        merge(place_of(&mut edited, part)?, patch, "", &mut changes)?;
        self.0 = edited;
        Ok(changes)
    }

    /// Adds a row at the end of a table.
    ///
    /// # Errors
    /// A value is not possible; nothing was changed then.
    pub fn add(&mut self, table: EditTable, values: &Map<String, Value>) -> Result<(), PatchError> {
        let mut edited = self.0.clone();
        let mut row = Table::new();
        merge(&mut row, values, "", &mut Vec::new())?;
        let rows = edited.entry(table.name()).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        match rows {
            Item::ArrayOfTables(rows) => rows.push(row),
            Item::Value(toml_edit::Value::Array(rows)) => rows.push(row.into_inline_table()),
            _ => return Err(PatchError::Value { field: table.name().to_owned() }),
        }
        self.0 = edited;
        Ok(())
    }

    /// Sets a value of the top level, such as `date`.
    pub fn set_top(&mut self, key: &str, text: &str) {
        put(self.0.as_table_mut(), key, toml_edit::Value::from(text));
    }

    /// The text as it is now.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }
}

fn has_id(row: &Map<String, Value>, id: &str) -> bool {
    row.get("id").and_then(Value::as_str) == Some(id)
}

/// The table that a part is.
fn place_of<'d>(
    document: &'d mut DocumentMut,
    part: NetworkPart<'_>,
) -> Result<&'d mut dyn TableLike, PatchError> {
    let NetworkPart::Row(table, id) = part else {
        let prices = document.entry("prices").or_insert_with(|| Item::Table(Table::new()));
        return prices.as_table_like_mut().ok_or(PatchError::NoRow);
    };
    let is_it = |row: &dyn TableLike| row.get("id").and_then(Item::as_str) == Some(id);
    match document.get_mut(table.name()) {
        Some(Item::ArrayOfTables(rows)) => {
            let row = rows.iter_mut().find(|row| is_it(*row)).ok_or(PatchError::NoRow)?;
            Ok(row)
        }
        Some(Item::Value(toml_edit::Value::Array(rows))) => {
            let mut tables = rows.iter_mut().filter_map(toml_edit::Value::as_inline_table_mut);
            let row = tables.find(|row| is_it(*row)).ok_or(PatchError::NoRow)?;
            Ok(row)
        }
        _ => Err(PatchError::NoRow),
    }
}

/// Merges a patch into a table, and notes each value that it changes under `prefix` and its key.
fn merge(
    place: &mut dyn TableLike,
    patch: &Map<String, Value>,
    prefix: &str,
    changes: &mut Vec<FieldChange>,
) -> Result<(), PatchError> {
    for (key, given) in patch {
        let field = format!("{prefix}{key}");
        let before = place.get(key).map_or(Value::Null, json);
        match given {
            Value::Null => {
                place.remove(key);
            }
            Value::Object(inner) if place.get(key).is_some_and(Item::is_table_like) => {
                let table = place.get_mut(key).and_then(Item::as_table_like_mut);
                let table = table.ok_or_else(|| PatchError::Value { field: field.clone() })?;
                merge(table, inner, &format!("{field}."), changes)?;
                continue;
            }
            // The same value keeps its spelling.
            same if *same == before => continue,
            other => {
                let value = toml_value(other).ok_or_else(|| PatchError::Value { field: field.clone() })?;
                put(place, key, value);
            }
        }
        if before != *given {
            changes.push(FieldChange { field, before, after: given.clone() });
        }
    }
    Ok(())
}

/// Puts a value under a key; what stands around an old value, such as a comment behind it, stays.
fn put(place: &mut dyn TableLike, key: &str, mut value: toml_edit::Value) {
    match place.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            place.insert(key, Item::Value(value));
        }
    }
}

fn object(table: &dyn TableLike) -> Map<String, Value> {
    table.iter().map(|(key, item)| (key.to_owned(), json(item))).collect()
}

fn json(item: &Item) -> Value {
    match item {
        Item::Value(value) => json_value(value),
        Item::Table(table) => Value::Object(object(table)),
        Item::ArrayOfTables(rows) => rows.iter().map(|row| Value::Object(object(row))).collect(),
        Item::None => Value::Null,
    }
}

fn json_value(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => Value::String(text.value().clone()),
        toml_edit::Value::Integer(number) => Value::Number((*number.value()).into()),
        toml_edit::Value::Float(number) => {
            Number::from_f64(*number.value()).map_or(Value::Null, Value::Number)
        }
        toml_edit::Value::Boolean(is_set) => Value::Bool(*is_set.value()),
        toml_edit::Value::Datetime(time) => Value::String(time.value().to_string()),
        toml_edit::Value::Array(values) => values.iter().map(json_value).collect(),
        toml_edit::Value::InlineTable(table) => Value::Object(object(table)),
    }
}

fn toml_value(value: &Value) -> Option<toml_edit::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(is_set) => (*is_set).into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64()?.into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(values) => {
            toml_edit::Value::Array(values.iter().map(toml_value).collect::<Option<toml_edit::Array>>()?)
        }
        Value::Object(values) => {
            let entries = values.iter().filter(|(_, value)| !value.is_null());
            let entries = entries.map(|(key, value)| Some((key.as_str(), toml_value(value)?)));
            toml_edit::Value::InlineTable(entries.collect::<Option<InlineTable>>()?)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TEXT: &str = "\
# The day of two couriers.
version = 1
date = \"2026-03-17\" # a Tuesday

[[site]]
id = \"C01\"
storage = { ambient_l = 1500, chilled_l = 400 } # one refrigerator

[[courier]]
id = \"K1\"  # Anna
start = '08:30'
end = \"15:00\"

[[courier]]
id = \"K2\"
start = \"09:00\"
";

    fn patched(part: NetworkPart<'_>, patch: Value) -> (String, Vec<FieldChange>) {
        let mut text = NetworkText::new(TEXT.as_bytes(), "network.toml").unwrap();
        let changes = text.patch(part, patch.as_object().unwrap()).unwrap();
        (String::from_utf8(text.into_bytes()).unwrap(), changes)
    }

    #[test]
    fn one_value_changes_and_every_other_byte_stays() {
        let courier = NetworkPart::Row(EditTable::Courier, "K1");
        let (text, changes) = patched(courier, json!({ "end": "14:00", "start": "08:30" }));
        assert_eq!(text, TEXT.replace("15:00", "14:00"));
        let change = FieldChange { field: "end".to_owned(), before: json!("15:00"), after: json!("14:00") };
        assert_eq!(changes, [change]);
        let (text, changes) = patched(courier, json!({}));
        assert_eq!((text.as_str(), changes.len()), (TEXT, 0));
    }

    #[test]
    fn keys_come_go_and_change_inside_of_values() {
        let site = NetworkPart::Row(EditTable::Site, "C01");
        let (text, changes) = patched(site, json!({ "storage": { "chilled_l": 500, "ambient_l": null } }));
        assert!(
            text.contains("chilled_l = 500 } # one refrigerator") && !text.contains("ambient_l"),
            "{text}"
        );
        let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["storage.ambient_l", "storage.chilled_l"]);
        let (text, changes) = patched(NetworkPart::Prices, json!({ "family_per_hour": 10.5 }));
        assert!(text.contains("[prices]\nfamily_per_hour = 10.5\n"), "{text}");
        assert_eq!(changes[0].before, Value::Null);
    }

    #[test]
    fn what_is_not_there_or_cannot_be_is_refused_and_changes_nothing() {
        let mut text = NetworkText::new(TEXT.as_bytes(), "network.toml").unwrap();
        let courier = |id| NetworkPart::Row(EditTable::Courier, id);
        let mut patch = |part, patch: Value| text.patch(part, patch.as_object().unwrap()).unwrap_err();
        assert_eq!(patch(courier("K9"), json!({ "end": "14:00" })), PatchError::NoRow);
        assert_eq!(patch(courier("K1"), json!({ "id": "K7" })), PatchError::Id);
        let wrong = json!({ "end": "14:00", "break": [null] });
        assert_eq!(patch(courier("K1"), wrong), PatchError::Value { field: "break".to_owned() });
        assert_eq!(text.clone().into_bytes(), TEXT.as_bytes());
        let problems = NetworkText::new(b"a = [1", "network.toml").unwrap_err();
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn rows_are_added_and_read_as_objects() {
        let mut text = NetworkText::new(TEXT.as_bytes(), "network.toml").unwrap();
        let row = json!({ "id": "K3", "start": "10:00", "off": true });
        text.add(EditTable::Courier, row.as_object().unwrap()).unwrap();
        text.set_top("date", "2026-03-18");
        assert_eq!(Value::Object(text.rows(EditTable::Courier)[2].clone()), row);
        let text = String::from_utf8(text.into_bytes()).unwrap();
        assert!(
            text.starts_with("# The day of two couriers.\nversion = 1\ndate = \"2026-03-18\" # a Tuesday\n")
        );
        assert!(text.ends_with("[[courier]]\nid = \"K3\"\noff = true\nstart = \"10:00\"\n"), "{text}");
    }
}
