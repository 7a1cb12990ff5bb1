//! Names and phone numbers for those who need to recognise them, not to know them.

/// A name with all but the first letter of each word hidden; for names written without spaces, all but the first
/// character. `Maria Borg` becomes `M•••• B•••`, `王小明` becomes `王••`.
pub(in crate::server) fn mask_name(name: &str) -> String {
    name.split_whitespace()
        .map(|word| {
            let mut letters = word.chars();
            let first: String = letters.by_ref().take(1).collect();
            // At least one character is hidden, also of a one-letter name.
            format!("{first}{}", "•".repeat(letters.count().clamp(1, 6)))
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A phone number with only its last two digits readable: at least six digits hidden where there are that many.
pub(in crate::server) fn mask_phone(phone: &str) -> String {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let mut left = digits;
    phone
        .chars()
        .map(|letter| {
            if !letter.is_ascii_digit() {
                return letter;
            }
            left -= 1;
            if left < 2 && digits > 7 { letter } else { '•' }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_can_be_recognised_but_not_read() {
        assert_eq!(mask_name("Maria Borg"), "M•••• B•••");
        assert_eq!(mask_name("王小明"), "王••");
        assert_eq!(mask_name("X"), "X•");
        assert_eq!(mask_name(""), "");
    }

    #[test]
    fn a_masked_phone_shows_two_digits_at_most() {
        assert_eq!(mask_phone("+356 9912 3456"), "+••• •••• ••56");
        assert_eq!(mask_phone("12345"), "•••••");
    }
}
