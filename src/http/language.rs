//! The two languages of the service.

use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap};

/// The language in which titles and details are written; types and codes never change with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, the default.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The caller's choice by `Accept-Language` (RFC 9110 §12.5.4).
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers
            .get(ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
        else {
            return Self::English;
        };
        let quality = |range: &str| -> Option<(f32, Self)> {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next()?.to_ascii_lowercase();
            let weight = parts
                .find_map(|p| p.strip_prefix("q="))
                .map_or(Some(1.0), |q| q.parse().ok())?;
            let primary = tag.split('-').next().unwrap_or_default();
            match primary {
                "zh" => Some((weight, Self::Chinese)),
                "en" | "*" => Some((weight, Self::English)),
                _ => None,
            }
        };
        let mut best = (0.0, Self::English);
        for (weight, language) in accepted.split(',').filter_map(quality) {
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The language tag, for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn the_heaviest_language_we_speak_wins() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(text));
            Language::from_headers(&headers)
        };
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Language::Chinese);
        assert_eq!(of("fr, en;q=0.2, zh-TW;q=0.3"), Language::Chinese);
        assert_eq!(of("de"), Language::English);
        assert_eq!(Language::from_headers(&HeaderMap::new()), Language::English);
    }
}
