//! Which characters the bytes of a file stand for.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, GB18030};

/// Reads UTF-8 where a byte order mark or the bytes themselves say so, else GB18030, which Chinese offices use.
///
/// # Errors
/// The line, from 1, that holds bytes of neither.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if let Some(place) = bytes.iter().position(|byte| *byte == 0) {
        return Err(line_of(bytes, place));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(fault) if marked => Err(line_of(bytes, fault.valid_up_to())),
        Err(_) => decode_gb18030(bytes).map(Cow::Owned),
    }
}

fn decode_gb18030(bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut read = 0;
    loop {
        let rest = bytes.get(read..).unwrap_or_default();
        let room = decoder
            .max_utf8_buffer_length_without_replacement(rest.len())
            .unwrap_or(rest.len());
        text.reserve(room);
        let (result, taken) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        read += taken;
        match result {
            DecoderResult::InputEmpty => return Ok(text),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => return Err(line_of(bytes, read.saturating_sub(1))),
        }
    }
}

/// The line, from 1, of a place.
fn line_of(bytes: &[u8], place: usize) -> usize {
    let before = bytes.get(..place).unwrap_or(bytes);
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn utf_8_is_read_with_and_without_a_mark_and_gb18030_otherwise() {
        let text = "姓名,黄思𤩽\n";
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(format!("\u{FEFF}{text}").as_bytes()).unwrap(), text);
        let (gb18030, _, lossy) = GB18030.encode(text);
        assert!(!lossy && gb18030 != text.as_bytes());
        assert_eq!(decode(&gb18030).unwrap(), text);
        assert_eq!(decode(b"").unwrap(), "");
    }

    #[test]
    fn bytes_of_no_text_are_refused_with_their_line() {
        assert_eq!(decode(b"a,b\n1,\xFF\n"), Err(2));
        assert_eq!(decode(b"\xEF\xBB\xBFa\nb\n\xD0\xD5"), Err(3));
        assert_eq!(decode(b"PK\x03\x04\x00"), Err(1));
        assert_eq!(decode(b"\xFF\xFEa\0"), Err(1));
        assert_eq!(decode(b"a\n\xD0"), Err(2));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_from_gb18030(text in "[\\p{Han}\\p{Latin}0-9,\\n]{0,60}") {
            let (bytes, _, lossy) = GB18030.encode(&text);
            prop_assume!(!lossy && std::str::from_utf8(&bytes).is_err());
            prop_assert_eq!(decode(&bytes).unwrap(), text.as_str());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
        }
    }
}
