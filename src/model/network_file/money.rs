//! Decimal amounts as people write them, and whole minor units.

use coldmile_units::Money;

/// How many decimals an amount in this currency has (ISO 4217): 2 unless listed here.
pub(super) fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI"
        | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// Reads `12.5` as 1250 minor units; `None` when it is no plain decimal or has a part smaller than a minor unit.
pub(super) fn read_money(text: &str, decimals: u32) -> Option<Money> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let part = part.trim_end_matches('0');
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !plain(whole) || !plain(part) || part.len() > decimals as usize
    {
        return None;
    }
    let padded = format!("{whole}{part:0<width$}", width = decimals as usize);
    padded.parse::<i64>().ok().map(|minor| Money(sign * minor))
}

/// Writes 1250 minor units as `12.50`.
pub(super) fn show_money(money: Money, decimals: u32) -> String {
    if decimals == 0 {
        return money.0.to_string();
    }
    let scale = 10_i64.pow(decimals);
    let sign = if money.0 < 0 { "-" } else { "" };
    let width = decimals as usize;
    format!("{sign}{}.{:0width$}", money.0.abs() / scale, money.0.abs() % scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_and_read_back() {
        assert_eq!(read_money("12.5", 2), Some(Money(1250)));
        assert_eq!(read_money("0.07", 2), Some(Money(7)));
        assert_eq!(read_money("0.070", 2), Some(Money(7)));
        assert_eq!(read_money("300", 0), Some(Money(300)));
        assert_eq!(read_money("-1.005", 3), Some(Money(-1005)));
        for text in ["0.075", "1e3", "", ".5", "1,5", "12 EUR", "9999999999999"] {
            assert_eq!(read_money(text, 2), None, "{text}");
        }
        for minor in [-1, 0, 5, 99, 100, 123_456] {
            assert_eq!(read_money(&show_money(Money(minor), 2), 2), Some(Money(minor)));
        }
    }
}
