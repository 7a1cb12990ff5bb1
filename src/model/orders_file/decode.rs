//! From bytes to text: encodings, the version line, the delimiter.

use crate::problem::InputProblem;
use encoding_rs::{Encoding, GB18030, UTF_8};

/// The newest version of the file that is read, and the one that is written.
pub(super) const VERSION: u32 = 1;

/// The file as text, ready to be cut into rows.
#[derive(Debug)]
pub(super) struct Decoded {
    /// Header and rows. Bytes that could not be decoded stand as U+FFFD.
    pub body: String,
    /// Line in the file that `body` starts with.
    pub first_line: u64,
    /// What separates columns: comma, semicolon or tab.
    pub delimiter: u8,
}

/// Decodes a file; refused as a whole only when it is of a newer version or holds nothing.
pub(super) fn decode(bytes: &[u8], file: &str) -> Result<Decoded, Vec<InputProblem>> {
    let mut body = to_text(bytes);
    if body.trim().is_empty() {
        return Err(vec![InputProblem::new(file, "order/empty-file", "the file is empty")]);
    }
    let mut first_line = 1;
    if body.starts_with('#') {
        let end = body.find('\n').map_or(body.len(), |at| at + 1);
        let comment: String = body.drain(..end).collect();
        first_line = 2;
        check_version(comment.trim(), file)?;
    }
    let delimiter = delimiter_of(&body);
    Ok(Decoded { body, first_line, delimiter })
}

/// `# coldmile orders 1`, perhaps followed by the delimiters a spreadsheet appends. Other comments are ignored.
fn check_version(comment: &str, file: &str) -> Result<(), Vec<InputProblem>> {
    let words = comment.trim_start_matches('#').trim().trim_end_matches([',', ';', '\t', ' ']);
    let Some(version) = words.strip_prefix("coldmile orders") else { return Ok(()) };
    let version = version.trim();
    let problem = |code, reason: String| {
        vec![InputProblem::new(file, code, reason).at(1).in_column("version").with_value(version)]
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

/// The encoding follows from a byte order mark; without one the text is UTF-8 if it can be, else GB18030 if it can be.
/// When it can be neither, the encoding that fails in fewer lines is taken.
fn to_text(bytes: &[u8]) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let foreign = || bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_ascii());
    let failures = |encoding: &'static Encoding| {
        foreign().filter(|line| encoding.decode_without_bom_handling(line).1).count()
    };
    let encoding = if failures(GB18030) < failures(UTF_8) { GB18030 } else { UTF_8 };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// The most frequent of comma, semicolon and tab in the header, outside quotation marks.
fn delimiter_of(body: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in body.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
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
            assert_eq!(decoded.body, TEXT);
            assert_eq!((decoded.first_line, decoded.delimiter), (1, b';'));
        }
    }

    #[test]
    fn one_damaged_byte_does_not_turn_the_rest_into_something_else() {
        let mut bytes = TEXT.as_bytes().to_vec();
        let at = bytes.len() - 4;
        bytes[at] = 0xFF;
        let decoded = decode(&bytes, "orders.csv").unwrap();
        assert!(decoded.body.contains("人民路12号") && decoded.body.contains('\u{FFFD}'));
    }

    #[test]
    fn the_version_line_is_optional_and_a_newer_one_is_refused() {
        let decoded = decode(b"# coldmile orders 1,,,\norder_id,lon\n", "orders.csv").unwrap();
        assert_eq!((decoded.body.as_str(), decoded.first_line), ("order_id,lon\n", 2));
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
}
