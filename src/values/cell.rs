//! How spreadsheet cells differ from wire text: full-width characters and blanks.

/// The text without blanks of any width, its full-width characters replaced by the half-width ones.
pub fn compact(text: &str) -> String {
    text.chars()
        .filter(|c| !is_blank(*c))
        .map(half_width)
        .collect()
}

/// Whether a character is a blank that typists and programs leave in cells, or one that shows nothing: marks of the direction
/// of text, joiners, soft hyphens and the like.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_format(c)
}

/// Whether a character is one of Unicode's format characters (general category Cf) that stand in no name.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0001}' | '\u{E0020}'..='\u{E007F}')
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
