//! Which form of the file a caller accepts (RFC 9110 §12.5.1).

/// The two forms of a growth file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/json`.
    Json,
    /// `text/html`: the printable page.
    Page,
}

impl Form {
    /// The form that `Accept` prefers; JSON where nothing is preferred, `None` where neither is accepted.
    pub fn accepted(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept.filter(|text| !text.trim().is_empty()) else {
            return Some(Self::Json);
        };
        let json = quality(accept, "application", "json");
        let page = quality(accept, "text", "html");
        if page > json {
            Some(Self::Page)
        } else {
            (json > 0.0).then_some(Self::Json)
        }
    }
}

/// The weight of a media type: that of the most specific range that covers it, 0 when none does.
fn quality(accept: &str, main: &str, sub: &str) -> f32 {
    let covering = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next()?.to_ascii_lowercase();
        let (range_main, range_sub) = media.split_once('/')?;
        let specificity = match (range_main, range_sub) {
            (m, s) if m == main && s == sub => 2,
            (m, "*") if m == main => 1,
            ("*", "*") => 0,
            _ => return None,
        };
        let weight = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim())
        });
        let weight = weight.map_or(Some(1.0), |text| text.parse::<f32>().ok());
        Some((
            specificity,
            weight.filter(|w| (0.0..=1.0).contains(w)).unwrap_or(0.0),
        ))
    });
    let most_specific = covering.max_by_key(|(specificity, _)| *specificity);
    most_specific.map_or(0.0, |(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_form_wins_and_json_wins_a_tie() {
        let form = |accept| Form::accepted(Some(accept));
        assert_eq!(Form::accepted(None), Some(Form::Json));
        assert_eq!(form("*/*"), Some(Form::Json));
        assert_eq!(form("text/html"), Some(Form::Page));
        assert_eq!(form("TEXT/HTML; charset=utf-8"), Some(Form::Page));
        assert_eq!(
            form("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            Some(Form::Page)
        );
        assert_eq!(form("application/json, text/html;q=0.9"), Some(Form::Json));
        assert_eq!(form("application/json;q=0.5, text/*"), Some(Form::Page));
        assert_eq!(form("application/json;q=0, */*"), Some(Form::Page));
        assert_eq!(form("application/pdf"), None);
        assert_eq!(form("application/json;q=0"), None);
        assert_eq!(form("nonsense"), None);
    }
}
