//! Writing HTML so that no value can become markup.

use std::fmt::{Display, Write};

/// A document being written: markup comes from the program's own text alone, every value is escaped.
#[derive(Debug, Default)]
pub struct Markup(String);

impl Markup {
    /// Adds markup that stands in the program.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds a value, as text or between the double quotes of an attribute.
    pub fn text(&mut self, value: impl Display) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = write!(Escaping(&mut self.0), "{value}");
        self
    }

    /// Adds an element with a value as its text.
    pub fn element(
        &mut self,
        open: &'static str,
        value: impl Display,
        close: &'static str,
    ) -> &mut Self {
        self.raw(open).text(value).raw(close)
    }

    /// The document.
    pub fn finish(self) -> String {
        self.0
    }
}

struct Escaping<'a>(&'a mut String);

impl Write for Escaping<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_never_become_markup() {
        let mut page = Markup::default();
        page.raw("<p title=\"").text("a\" onload='x'").raw("\">");
        page.element("<b>", "<script>&amp;</script>", "</b>");
        assert_eq!(
            page.finish(),
            "<p title=\"a&quot; onload=&#39;x&#39;\"><b>&lt;script&gt;&amp;amp;&lt;/script&gt;</b>"
        );
    }
}
