//! A day as its two files would hold it, in which single values are looked up and changed.
//!
//! A change is made in the text of the file, which is then read again as any file is. What a changed day means is therefore
//! exactly what a program gets that writes the same value into the file.

use super::clock::DayClock;
use super::edit::{Edit, EditFile, EditTable};
use super::network_file::{read_network, write_network};
use super::orders_file::{Located, order_cells, read_orders, write_rows};
use super::{Day, Order};
use coldmile_units::{Idx, Timestamp};
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

/// The files of a day.
pub struct DayFiles<'d> {
    day: &'d Day,
    clock: DayClock,
    network: toml::Table,
    orders: BTreeMap<&'d str, Idx<Order>>,
}

/// An edit that cannot be made, or after which the files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file has no such row, or no place for such a value.
    #[error("{table} {id}: no {what}")]
    NoPlace {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// The key, or `row`.
        what: String,
    },
    /// The changed file is not valid.
    #[error("{file} is not valid after the edit: {problem}")]
    Invalid {
        /// The file.
        file: &'static str,
        /// Its first problem.
        problem: String,
    },
}

impl<'d> DayFiles<'d> {
    /// The files of this day.
    pub fn new(day: &'d Day) -> Self {
        let utc = || DayClock::new(day.date, "UTC").expect("UTC is in every time zone database");
        let clock = DayClock::new(day.date, &day.timezone).unwrap_or_else(utc);
        let network = write_network(day).parse().expect("a network is written as TOML");
        let orders = day.orders.enumerate().map(|(position, order)| (order.id.as_str(), position)).collect();
        Self { day, clock, network, orders }
    }

    /// A moment as `network.toml` writes it, to the minute.
    pub fn time(&self, instant: Timestamp) -> Value {
        Value::String(self.clock.show(instant))
    }

    /// A moment as `orders.csv` writes it.
    pub fn order_time(&self, instant: Timestamp) -> Value {
        let short = self.clock.show(instant);
        let is_bare = self.clock.read(&short) == Some(instant) && !short.contains(' ');
        Value::String(if is_bare { short } else { self.clock.show_full(instant) })
    }

    /// A value as its file writes it: text of a cell of `orders.csv`; null for a key that is absent; `None` where the file has no
    /// such row, or `orders.csv` no such column.
    pub fn value(&self, table: EditTable, id: &str, field: &str) -> Option<Value> {
        if table == EditTable::Order {
            let cells = order_cells(&self.day.orders[*self.orders.get(id)?], self.day);
            return cells.into_iter().find(|(name, _)| *name == field).map(|(_, cell)| Value::String(cell));
        }
        let mut value = self.row(table, id)?;
        for key in field.split('.') {
            match value.get(key) {
                Some(inner) => value = inner,
                None => return Some(Value::Null),
            }
        }
        Some(json(value))
    }

    /// Whether the files have this row.
    pub fn has_row(&self, table: EditTable, id: &str) -> bool {
        match table {
            EditTable::Order => self.orders.contains_key(id),
            _ => self.row(table, id).is_some(),
        }
    }

    /// The change of one value; `None` where the files have no place for it, or where it is there already.
    pub fn change(&self, table: EditTable, id: &str, field: &str, to: Value) -> Option<Edit> {
        let from = self.value(table, id, field)?;
        let field = Some(field.to_owned());
        (from != to).then(|| Edit { file: table.file(), table, id: id.to_owned(), field, from, to })
    }

    /// A new row with these values.
    pub fn new_row(table: EditTable, id: &str, values: Map<String, Value>) -> Edit {
        let to = Value::Object(values);
        Edit { file: table.file(), table, id: id.to_owned(), field: None, from: Value::Null, to }
    }

    /// The values of a row of `network.toml` by key.
    pub fn values(&self, table: EditTable, id: &str) -> Option<Map<String, Value>> {
        match json(self.row(table, id)?) {
            Value::Object(values) => Some(values),
            _ => None,
        }
    }

    fn row(&self, table: EditTable, id: &str) -> Option<&toml::Value> {
        let rows = self.network.get(table.name())?.as_array()?;
        rows.iter().find(|row| row.get("id").and_then(toml::Value::as_str) == Some(id))
    }

    /// Calls `visit` with the day that the files hold after these edits. Positions of sites, waves, vehicle types, couriers and
    /// orders stay the same; new rows come after all others. `copy` is a copy of the day, the same afterwards as before: what
    /// is edited is exchanged in it, so that days of many orders are not copied for each edit.
    pub fn with_edits<R>(
        &self,
        copy: &mut Day,
        edits: &[Edit],
        visit: impl FnOnce(&Day) -> R,
    ) -> Result<R, EditError> {
        let of_network: Vec<&Edit> = edits.iter().filter(|edit| edit.file == EditFile::Network).collect();
        if of_network.is_empty() {
            return self.with_edited_orders(copy, edits, visit);
        }
        let mut edited = self.edited_network(&of_network)?;
        std::mem::swap(&mut edited.orders, &mut copy.orders);
        let result = self.with_edited_orders(&mut edited, edits, visit);
        std::mem::swap(&mut edited.orders, &mut copy.orders);
        result
    }

    fn with_edited_orders<R>(
        &self,
        day: &mut Day,
        edits: &[Edit],
        visit: impl FnOnce(&Day) -> R,
    ) -> Result<R, EditError> {
        let mut rows: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        let mut is_new: Vec<&str> = Vec::new();
        for edit in edits.iter().filter(|edit| edit.file == EditFile::Orders) {
            match (&edit.field, &edit.to) {
                (Some(field), to) => {
                    rows.entry(&edit.id).or_default().insert(field, cell(to));
                }
                (None, Value::Object(values)) => {
                    let cells = values.iter().map(|(key, value)| (key.as_str(), cell(value)));
                    rows.entry(&edit.id).or_default().extend(cells);
                    is_new.push(&edit.id);
                }
                (None, _) => return Err(no_place(edit.table, &edit.id, "row")),
            }
        }
        let edited: Vec<(Option<Idx<Order>>, Order)> = (rows.iter())
            .map(|(id, cells)| {
                let order = self.edited_order(day, id, cells, is_new.contains(id))?;
                Ok((self.orders.get(id).copied(), order))
            })
            .collect::<Result<_, EditError>>()?;
        let count = day.orders.len();
        let mut before = Vec::new();
        for (position, order) in edited {
            match position {
                Some(position) => {
                    before.push((position, std::mem::replace(&mut day.orders[position], order)));
                }
                None => {
                    day.orders.push(order);
                }
            }
        }
        let result = visit(day);
        day.orders.truncate(count);
        for (position, order) in before {
            day.orders[position] = order;
        }
        Ok(result)
    }

    fn edited_network(&self, edits: &[&Edit]) -> Result<Day, EditError> {
        let mut network = self.network.clone();
        for edit in edits {
            let no = |what: &str| no_place(edit.table, &edit.id, what);
            let to = toml_value(&edit.to).ok_or_else(|| no("value"))?;
            let rows = network
                .entry(edit.table.name())
                .or_insert_with(|| toml::Value::Array(Vec::new()))
                .as_array_mut()
                .ok_or_else(|| no("table"))?;
            let Some(field) = &edit.field else {
                rows.push(to);
                continue;
            };
            let row =
                rows.iter_mut().find(|row| row.get("id").and_then(toml::Value::as_str) == Some(&edit.id));
            let mut place = row.and_then(toml::Value::as_table_mut).ok_or_else(|| no("row"))?;
            let mut keys: Vec<&str> = field.split('.').collect();
            let last = keys.pop().unwrap_or_default();
            for key in keys {
                let inner = place.entry(key).or_insert_with(|| toml::Value::Table(toml::Table::new()));
                place = inner.as_table_mut().ok_or_else(|| no(field))?;
            }
            place.insert(last.to_owned(), to);
        }
        let text = toml::to_string(&network).map_err(|error| invalid("network.toml", error.to_string()))?;
        let profiles: Vec<&str> = self.day.vehicle_types.iter().map(|kind| kind.profile.as_str()).collect();
        read_network(text.as_bytes(), "network.toml", &profiles).map_err(|problems| {
            invalid("network.toml", problems.first().map(ToString::to_string).unwrap_or_default())
        })
    }

    /// The order of a row after these cells have changed, in a changed day.
    fn edited_order(
        &self,
        day: &Day,
        id: &str,
        cells: &BTreeMap<&str, String>,
        is_new: bool,
    ) -> Result<Order, EditError> {
        let known = self.orders.get(id).map(|&position| &self.day.orders[position]);
        let mut row: Vec<(&str, String)> = match known {
            Some(order) if !is_new => order_cells(order, self.day),
            None if is_new => order_cells(&self.day.orders[Idx::new(0)], self.day)
                .into_iter()
                .map(|(name, _)| (name, String::new()))
                .collect(),
            _ => return Err(no_place(EditTable::Order, id, "row")),
        };
        for (&field, text) in cells {
            let cell = row.iter_mut().find(|(name, _)| *name == field);
            cell.ok_or_else(|| no_place(EditTable::Order, id, field))?.1.clone_from(text);
        }
        let cells: Vec<String> = row.into_iter().map(|(_, cell)| cell).collect();
        let text = write_rows(&[cells]);
        let reading = read_orders(text.as_bytes(), "orders.csv", day, &|_| Located::Unknown);
        let problem = reading.problems.first().map(ToString::to_string);
        reading.good.iter().next().cloned().ok_or_else(|| invalid("orders.csv", problem.unwrap_or_default()))
    }
}

fn no_place(table: EditTable, id: &str, what: &str) -> EditError {
    EditError::NoPlace { table: table.name(), id: id.to_owned(), what: what.to_owned() }
}

fn invalid(file: &'static str, problem: String) -> EditError {
    EditError::Invalid { file, problem }
}

/// A value as the text of a cell.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::Number((*number).into()),
        toml::Value::Float(number) => Number::from_f64(*number).map_or(Value::Null, Value::Number),
        toml::Value::Boolean(is_set) => Value::Bool(*is_set),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(values) => Value::Array(values.iter().map(json).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
    }
}

fn toml_value(value: &Value) -> Option<toml::Value> {
    match value {
        Value::Null => None,
        Value::Bool(is_set) => Some(toml::Value::Boolean(*is_set)),
        Value::Number(number) => Some(match number.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            None => toml::Value::Float(number.as_f64()?),
        }),
        Value::String(text) => Some(toml::Value::String(text.clone())),
        Value::Array(values) => values.iter().map(toml_value).collect::<Option<_>>().map(toml::Value::Array),
        Value::Object(values) => values
            .iter()
            .map(|(key, value)| Some((key.clone(), toml_value(value)?)))
            .collect::<Option<toml::Table>>()
            .map(toml::Value::Table),
    }
}
