//! A table of cells as CSV that spreadsheets open, and as a workbook.

use rust_xlsxwriter::{Format, Workbook, XlsxError};

/// A header and rows of as many cells.
pub(crate) struct Sheet {
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
    /// Columns that hold numbers, by their names.
    pub numbers: &'static [&'static str],
}

impl Sheet {
    /// UTF-8 with a byte order mark, by which spreadsheets know it. Cells that a spreadsheet would compute begin with an
    /// apostrophe.
    pub(crate) fn to_csv(&self) -> Vec<u8> {
        let mut file = csv::Writer::from_writer(vec![0xEF, 0xBB, 0xBF]);
        // Memory takes every row.
        let _ = file.write_record(&self.header);
        for row in &self.rows {
            let _ = file.write_record(row.iter().map(|cell| defused(cell)));
        }
        file.into_inner().unwrap_or_default()
    }

    /// A workbook with one sheet, its first row frozen and in bold. Texts are texts: nothing in them is computed.
    pub(crate) fn to_xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        for (column, name) in (0u16..).zip(&self.header) {
            sheet.write_string_with_format(0, column, *name, &bold)?;
        }
        for (line, row) in (1u32..).zip(&self.rows) {
            for ((column, name), cell) in (0u16..).zip(&self.header).zip(row) {
                let number = self.numbers.contains(name).then(|| cell.parse::<f64>().ok()).flatten();
                match number {
                    Some(number) => sheet.write_number(line, column, number)?,
                    None => sheet.write_string(line, column, cell)?,
                };
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        book.save_to_buffer()
    }
}

/// A cell that no spreadsheet takes for a formula: numbers and telephone numbers stay as they are.
fn defused(cell: &str) -> String {
    let begins = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number = cell.chars().all(|letter| letter.is_ascii_digit() || "+-.,() ".contains(letter));
    if begins && !is_number { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_numbers_stay_numbers() {
        for harmless in ["", "Rita", "-51.23", "+356 9911 1111", "(02) 123-45", "10:00"] {
            assert_eq!(defused(harmless), harmless);
        }
        for formula in ["=1+1", "+SUM(A1)", "-cmd|' /C calc'!A0", "@now", "\t=1"] {
            assert_eq!(defused(formula), format!("'{formula}"));
        }
        let sheet = Sheet {
            header: vec!["order_id", "kg"],
            rows: vec![vec!["=A1".to_owned(), "2.5".to_owned()]],
            numbers: &["kg"],
        };
        assert_eq!(sheet.to_csv(), b"\xEF\xBB\xBForder_id,kg\n'=A1,2.5\n");
        assert!(sheet.to_xlsx().unwrap().starts_with(b"PK"));
    }
}
