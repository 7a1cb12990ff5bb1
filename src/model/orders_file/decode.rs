//! From bytes to text that can be cut into rows: the version line, the line of the separator, the delimiter.

use super::encoding::to_text;
use crate::problem::InputProblem;
use crate::visible::clean;
use std::borrow::Cow;
use std::ops::Range;

/// The newest version of the file that is read, and the one that is written.
pub(super) const VERSION: u32 = 1;

/// A file of rows as text: decoded, without the lines before its header, ready to be cut into rows.
///
/// The encoding is found as [`read_orders`](super::read_orders) finds it; a comment and a line such as `sep=;` may stand
/// before the header, in either order.
#[derive(Debug)]
pub struct CsvText<'b> {
    text: Cow<'b, str>,
    /// Where header and rows start in the text.
    start: usize,
    /// Line in the file that header and rows start with.
    first_line: u64,
    delimiter: u8,
    /// Line of the comment before the header, and the comment.
    comment: Option<(u64, String)>,
}

impl<'b> CsvText<'b> {
    /// The text of a file. Whatever the bytes are, there is one.
    pub fn new(bytes: &'b [u8]) -> Self {
        let text = to_text(bytes);
        let (mut start, mut first_line, mut named, mut comment) = (0, 1, None, None);
        for _ in 0..2 {
            let rest = &text[start..];
            let end = line_end(rest).unwrap_or(rest.len());
            let line = &rest[..end];
            if line.starts_with('#') && comment.is_none() {
                comment = Some((first_line, line.trim().to_owned()));
            } else if let Some(separator) = separator_line(line) {
                named = usable(separator).or(named);
            } else {
                break;
            }
            start += end;
            first_line += 1;
        }
        let delimiter = named.unwrap_or_else(|| delimiter_of(&text[start..]));
        Self { text, start, first_line, delimiter, comment }
    }

    /// Header and rows. Bytes that could not be decoded stand as U+FFFD.
    pub fn body(&self) -> &str {
        &self.text[self.start..]
    }

    /// What separates columns: what the file says, else comma, semicolon or tab, whichever is most frequent in the header.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Whether `3,9` means 3.9: only where commas do not separate columns.
    pub fn has_decimal_comma(&self) -> bool {
        self.delimiter != b','
    }

    /// The line of the file that the byte `offset` of the body lies in.
    pub fn line_at(&self, offset: usize) -> u64 {
        self.first_line + self.line_ends(0..offset)
    }

    /// How many lines end between two bytes of the body, whatever ends them.
    pub fn line_ends(&self, bytes: Range<usize>) -> u64 {
        line_ends(&self.body()[bytes])
    }

    /// The rows of the body that have something in a cell, the header among them, however many cells each has.
    pub fn rows(&self) -> CsvRows<'_> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(self.body().as_bytes());
        CsvRows { text: self, reader, counted_to: 0, line: self.line_at(0) }
    }
}

/// Rows of a [`CsvText`], see [`rows`](CsvText::rows).
#[derive(Debug)]
pub struct CsvRows<'t> {
    text: &'t CsvText<'t>,
    reader: csv::Reader<&'t [u8]>,
    /// Byte of the body up to which lines have been counted.
    counted_to: usize,
    line: u64,
}

impl Iterator for CsvRows<'_> {
    /// The line of the file that the row starts in, and its cells; an error ends the rows.
    type Item = Result<(u64, csv::StringRecord), csv::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let body = self.text.body();
        let mut record = csv::StringRecord::new();
        loop {
            let start = self.reader.position().byte() as usize;
            match self.reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
            // The reader skips empty lines before a row; its position is before them.
            let rest = &body[start..];
            let start = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
            self.line += self.text.line_ends(self.counted_to..start);
            self.counted_to = start;
            if record.iter().any(|cell| !clean(cell).is_empty()) {
                return Some(Ok((self.line, record)));
            }
        }
    }
}

/// Decodes a file; refused as a whole only when it is of a newer version, holds nothing, or has a line without end.
pub(super) fn decode<'b>(bytes: &'b [u8], file: &str) -> Result<CsvText<'b>, Vec<InputProblem>> {
    let csv = CsvText::new(bytes);
    if csv.text.trim().is_empty() {
        return Err(vec![InputProblem::new(file, "order/empty-file", "the file is empty")]);
    }
    if let Some(line) = long_line(&csv.text) {
        let reason = format!("the line has more than {MAX_LINE} bytes");
        return Err(vec![InputProblem::new(file, "order/long-line", reason).at(line)]);
    }
    if let Some((line, comment)) = &csv.comment {
        check_version(comment, file, *line)?;
    }
    Ok(csv)
}

/// Longest line, in bytes: one line of nothing but delimiters would be millions of columns.
const MAX_LINE: usize = 1 << 20;

/// The number of the first line that is longer than a line may be.
fn long_line(text: &str) -> Option<u64> {
    let (mut line, mut start) = (1, 0);
    while text.len() - start > MAX_LINE {
        match line_end(&text[start..]).filter(|length| *length <= MAX_LINE) {
            Some(length) => start += length,
            None => return Some(line),
        }
        line += 1;
    }
    None
}

/// Where the next line starts: after a line feed, a carriage return, or both.
pub(super) fn line_end(text: &str) -> Option<usize> {
    let at = text.find(['\n', '\r'])?;
    Some(if text[at..].starts_with("\r\n") { at + 2 } else { at + 1 })
}

/// How many line ends a text has; a carriage return and a line feed behind it are one.
pub(super) fn line_ends(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let is_end = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).filter(is_end).count() as u64
}

/// `# coldmile orders 1`, perhaps followed by the delimiters a spreadsheet appends. Other comments are ignored.
fn check_version(comment: &str, file: &str, line: u64) -> Result<(), Vec<InputProblem>> {
    let words = comment.trim_start_matches('#').trim().trim_end_matches([',', ';', '\t', ' ', '"']);
    let Some(version) = words.strip_prefix("coldmile orders") else { return Ok(()) };
    let version = version.trim();
    let problem = |code, reason: String| {
        vec![InputProblem::new(file, code, reason).at(line).in_column("version").with_value(version)]
    };
    match version.parse::<u32>() {
        Ok(number) if (1..=VERSION).contains(&number) => Ok(()),
        Ok(number) if number > VERSION => Err(problem(
            "order/newer-version",
            format!("this file is of a newer version; version {VERSION} is the newest known here"),
        )),
        _ => Err(problem("order/bad-version", "there is no such version".to_owned())),
    }
}

/// What a line such as `sep=;` names, which spreadsheets read and write before the header; `None` when it is no such line.
fn separator_line(line: &str) -> Option<&str> {
    let line = line.trim_end_matches(['\r', '\n']).trim_matches('"');
    let is_one = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="));
    is_one.then(|| &line[4..])
}

/// The separator in such a line, if it is one that can be used.
fn usable(named: &str) -> Option<u8> {
    let named = if named.starts_with("\\t") { "\t" } else { named };
    named.bytes().next().filter(|byte| b",;\t|".contains(byte))
}

/// The most frequent of comma, semicolon and tab in the header, outside quotation marks.
fn delimiter_of(body: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in body.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(known, _)| *known == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // The first of equals: a comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(known, _)| *known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GB18030;

    const TEXT: &str = "order_id;地址\nA1;人民路12号\nA2;建国路3号\n";

    #[test]
    fn text_is_the_same_in_every_encoding() {
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend(TEXT.encode_utf16().flat_map(u16::to_le_bytes));
        let mut big_endian = vec![0xFE, 0xFF];
        big_endian.extend(TEXT.encode_utf16().flat_map(u16::to_be_bytes));
        let with_mark = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        let gb18030 = GB18030.encode(TEXT).0.into_owned();
        for bytes in [TEXT.as_bytes().to_vec(), with_mark, utf16, big_endian, gb18030] {
            let decoded = decode(&bytes, "orders.csv").unwrap();
            assert_eq!(decoded.body(), TEXT);
            assert_eq!((decoded.line_at(0), decoded.delimiter()), (1, b';'));
        }
    }

    #[test]
    fn one_damaged_byte_does_not_turn_the_rest_into_something_else() {
        let mut bytes = TEXT.as_bytes().to_vec();
        let at = bytes.len() - 4;
        bytes[at] = 0xFF;
        let decoded = decode(&bytes, "orders.csv").unwrap();
        assert!(decoded.body().contains("人民路12号") && decoded.body().contains('\u{FFFD}'));
    }

    #[test]
    fn the_version_line_is_optional_and_a_newer_one_is_refused() {
        let decoded = decode(b"# coldmile orders 1,,,\norder_id,lon\n", "orders.csv").unwrap();
        assert_eq!((decoded.body(), decoded.line_at(0)), ("order_id,lon\n", 2));
        assert_eq!(
            decode(b"# coldmile orders 2\nx\n", "orders.csv").unwrap_err()[0].code,
            "order/newer-version"
        );
        assert_eq!(
            decode(b"# coldmile orders x\nx\n", "orders.csv").unwrap_err()[0].code,
            "order/bad-version"
        );
        assert_eq!(decode(b" \n", "orders.csv").unwrap_err()[0].code, "order/empty-file");
        assert_eq!(decode(b"order_id\tlon\tlat, if known", "orders.csv").unwrap().delimiter, b'\t');
    }

    #[test]
    fn a_line_may_name_the_separator_and_lines_may_end_with_either_character() {
        for (head, delimiter, lines) in [
            ("sep=;\r\n", b';', 2),
            ("SEP=,\n", b',', 2),
            ("\"sep=;\"\n", b';', 2),
            ("sep=\t\r", b'\t', 2),
            ("sep=|\n# coldmile orders 1\n", b'|', 3),
            ("# coldmile orders 1\rsep=;\r", b';', 3),
            ("sep=x\n", b',', 2),
            ("# coldmile orders 1\r", b',', 2),
        ] {
            let bytes = format!("{head}order_id,a;b\tc|d,e\n");
            let decoded = decode(bytes.as_bytes(), "orders.csv").unwrap();
            assert_eq!((decoded.delimiter(), decoded.line_at(0)), (delimiter, lines), "{head:?}");
            assert!(decoded.body().starts_with("order_id"), "{head:?}");
        }
        assert_eq!((line_ends("a\rb\r\nc\nd\n\n"), line_ends("\r\r\n")), (5, 2));
    }
}
