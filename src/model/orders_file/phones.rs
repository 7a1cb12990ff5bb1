//! Telephone numbers that a spreadsheet has taken for numbers, and a sign from.

use std::collections::BTreeSet;

/// Forms of the telephone numbers of a file: how many characters they have, and the first two of them, where they begin with
/// `+` or `0`.
#[derive(Debug, Default)]
pub(super) struct PhoneForms {
    whole: BTreeSet<(usize, char, char)>,
}

impl PhoneForms {
    /// Remembers the form of a number.
    pub fn note(&mut self, phone: &str) {
        let mut signs = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+');
        if let (Some(first @ ('+' | '0')), Some(second)) = (signs.next(), signs.next()) {
            self.whole.insert((2 + signs.count(), first, second));
        }
    }

    /// The number as others of the file are written, when it is nothing but digits and would be one of them with the `+` or
    /// `0` that it has not.
    pub fn unbent(&self, phone: &str) -> Option<String> {
        let second = phone.chars().next().filter(|first| *first != '0')?;
        let is_bare = phone.bytes().all(|byte| byte.is_ascii_digit());
        let is_known = |sign: &char| self.whole.contains(&(phone.len() + 1, *sign, second));
        let sign = ['+', '0'].into_iter().find(is_known).filter(|_| is_bare)?;
        Some(format!("{sign}{phone}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_bent_where_others_of_its_form_have_a_sign() {
        let mut forms = PhoneForms::default();
        for phone in ["+356 7912 3456", "079/123 45 67", "13800138000", "", "+"] {
            forms.note(phone);
        }
        assert_eq!(forms.unbent("35679999999").as_deref(), Some("+35679999999"));
        assert_eq!(forms.unbent("791234567").as_deref(), Some("0791234567"));
        for phone in
            ["79123456", "13800138000", "+35679999999", "0791234567", "3567 999999", "", "45679999999"]
        {
            assert_eq!(forms.unbent(phone), None, "{phone}");
        }
    }
}
