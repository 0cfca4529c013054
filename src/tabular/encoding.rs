//! Which characters the bytes of a file stand for.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding that a sender declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

impl Charset {
    /// The encoding with a label of the WHATWG Encoding Standard, as `gb18030`, `GBK`, `utf-8` or `utf-16`; none for others.
    pub fn for_label(label: &str) -> Option<Self> {
        Encoding::for_label_no_replacement(label.as_bytes()).map(Self)
    }
}

/// Reads the encoding that is declared; where none is, UTF-8 or UTF-16 where a byte order mark or the bytes themselves say so,
/// else GB18030, which Chinese offices use.
///
/// # Errors
/// The line, from 1, that holds bytes that are no text of it, or a NUL.
pub fn decode(bytes: &[u8], declared: Option<Charset>) -> Result<Cow<'_, str>, usize> {
    let marked = Encoding::for_bom(bytes);
    let (encoding, mark) = match (declared, marked) {
        // `utf-16` says nothing of the order of bytes where the mark does.
        (Some(Charset(said)), Some((found, length)))
            if found == said || (said == UTF_16LE && found == UTF_16BE) =>
        {
            (found, length)
        }
        (Some(Charset(said)), _) => (said, 0),
        (None, Some((found, length))) => (found, length),
        (None, None) if std::str::from_utf8(bytes).is_ok() => (UTF_8, 0),
        (None, None) => (GB18030, 0),
    };
    let bytes = bytes.get(mark..).unwrap_or_default();
    let text = if encoding == UTF_8 {
        let line = |fault: std::str::Utf8Error| line_at(bytes, fault.valid_up_to());
        Cow::Borrowed(std::str::from_utf8(bytes).map_err(line)?)
    } else {
        Cow::Owned(decode_whole(encoding, bytes)?)
    };
    match text.find('\0') {
        Some(place) => Err(line_at(text.as_bytes(), place)),
        None => Ok(text),
    }
}

fn decode_whole(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
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
            DecoderResult::Malformed(..) => return Err(line_at(text.as_bytes(), text.len())),
        }
    }
}

/// The line, from 1, of a place.
fn line_at(bytes: &[u8], place: usize) -> usize {
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
        let sniffed = |bytes: &[u8]| decode(bytes, None).unwrap().into_owned();
        assert_eq!(sniffed(text.as_bytes()), text);
        assert_eq!(sniffed(format!("\u{FEFF}{text}").as_bytes()), text);
        let (gb18030, _, lossy) = GB18030.encode(text);
        assert!(!lossy && gb18030 != text.as_bytes());
        assert_eq!(sniffed(&gb18030), text);
        assert_eq!(sniffed(b""), "");
        for (mark, to_bytes) in [
            ([0xFF, 0xFE], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xFE, 0xFF], u16::to_be_bytes),
        ] {
            let units = text.encode_utf16().flat_map(to_bytes);
            let utf_16: Vec<u8> = mark.into_iter().chain(units).collect();
            assert_eq!(sniffed(&utf_16), text);
            assert_eq!(decode(&utf_16, Charset::for_label("UTF-16")).unwrap(), text);
        }
    }

    #[test]
    fn a_declared_encoding_is_used_even_where_the_bytes_could_be_another() {
        // These bytes of GB18030 are UTF-8 for other letters.
        let bytes = GB18030.encode("谢小雪").0;
        assert!(std::str::from_utf8(&bytes).is_ok());
        for label in ["gb18030", "GBK", "gb2312"] {
            assert_eq!(decode(&bytes, Charset::for_label(label)).unwrap(), "谢小雪");
        }
        let (utf_8, utf_16) = (Charset::for_label("utf-8"), Charset::for_label("utf-16"));
        assert_eq!(decode("\u{FEFF}谢".as_bytes(), utf_8).unwrap(), "谢");
        assert_eq!(decode(b"a\n\xD0\xD0", utf_8), Err(2));
        assert_eq!(decode(b"a\0\n\0\0\xD8b\0", utf_16), Err(2));
        assert_eq!(decode(b"a\0\n", utf_16), Err(1));
        for unknown in ["klingon", "replacement", "utf-7", ""] {
            assert_eq!(Charset::for_label(unknown), None);
        }
    }

    #[test]
    fn bytes_of_no_text_are_refused_with_their_line() {
        for (bytes, line) in [
            (&b"a,b\n1,\xFF\n"[..], 2),
            (b"\xEF\xBB\xBFa\nb\n\xD0\xD5", 3),
            (b"PK\x03\x04\x00", 1),
            (b"\xFF\xFEa\0\n\0b", 2),
            (b"a\n\xD0", 2),
            (b"a\nb\0", 2),
        ] {
            assert_eq!(decode(bytes, None), Err(line), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back_from_gb18030(text in "[\\p{Han}\\p{Latin}0-9,\\n]{0,60}") {
            let (bytes, _, lossy) = GB18030.encode(&text);
            prop_assume!(!lossy && std::str::from_utf8(&bytes).is_err());
            prop_assert_eq!(decode(&bytes, None).unwrap(), text.as_str());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), label in "utf-8|utf-16|utf-16be|gbk|big5") {
            let _ = (decode(&bytes, None), decode(&bytes, Charset::for_label(&label)));
        }
    }
}
