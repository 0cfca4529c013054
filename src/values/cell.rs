//! How spreadsheet cells differ from wire text: full-width characters and blanks.

/// The text without blanks of any width, its full-width characters replaced by the half-width ones.
pub fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !is_blank(*c))
        .map(half_width)
        .collect()
}

/// Whether a character is a blank that typists and programs leave in cells.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

/// The half-width form of a full-width letter, digit or sign; other characters stay.
pub fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_and_full_width_signs_become_half_width() {
        assert_eq!(compact("　１９９８．０７／Ａ \u{FEFF}年\t"), "1998.07/A年");
    }
}
