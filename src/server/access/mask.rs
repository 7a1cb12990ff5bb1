//! Names for those who need to recognise a family, not to know it. Phone numbers are not shown to them at all.

/// A name with all but the first letter of each word hidden; for names written without spaces, all but the first
/// character. `Maria Borg` becomes `M•••• B•••`, `王小明` becomes `王••`.
pub(crate) fn mask_name(name: &str) -> String {
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
}
