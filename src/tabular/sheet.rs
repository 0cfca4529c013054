//! A CSV file as headings and rows.

use csv::StringRecord;

use super::encoding::{Charset, decode};
use crate::values::cell::{half_width, is_blank};

/// A file's headings and rows.
#[derive(Debug)]
pub struct Sheet {
    /// The headings without any blanks, in the file's order.
    pub headings: Vec<String>,
    /// The rows below them that hold anything.
    pub rows: Vec<Row>,
}

/// A row below the headings.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row's number among the rows below the headings, from 1, as a spreadsheet program counts them: rows that hold
    /// nothing count too.
    pub number: usize,
    cells: StringRecord,
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TabularFault {
    /// Bytes that are no text in the declared encoding or, where none is declared, in none of those that are tried.
    #[error("line {line} is no text in the file's encoding")]
    Encoding {
        /// The line, from 1.
        line: usize,
    },
    /// A row with more cells than there are headings.
    #[error("line {line} has {found} cells under {expected} headings")]
    Cells {
        /// The line on which the row begins, from 1.
        line: u64,
        /// How many headings there are.
        expected: usize,
        /// How many cells the row has.
        found: usize,
    },
    /// A quotation mark that is never closed.
    #[error("a quotation mark in the row of line {line} is never closed")]
    Quote {
        /// The line on which the row begins, from 1.
        line: u64,
    },
    /// More rows than the caller takes.
    #[error("more than {limit} rows")]
    TooManyRows {
        /// How many the caller takes.
        limit: usize,
    },
    /// No headings.
    #[error("no headings")]
    Empty,
}

/// A record of this one character is read behind the file: it comes back whole unless a quotation mark swallowed it.
const END: &str = "\u{1E}";

impl Sheet {
    /// Reads a CSV file of at most `limit` rows that hold anything, in an encoding that its bytes tell.
    ///
    /// # Errors
    /// As [`Self::read_as`].
    pub fn read(bytes: &[u8], limit: usize) -> Result<Self, TabularFault> {
        Self::read_as(bytes, None, limit)
    }

    /// Reads a CSV file in the declared encoding. A title above the headings is passed over; cells that are missing at the end
    /// of a row are blank, as spreadsheet programs leave them out.
    ///
    /// # Errors
    /// A [`TabularFault`] that names the line.
    pub fn read_as(
        bytes: &[u8],
        charset: Option<Charset>,
        limit: usize,
    ) -> Result<Self, TabularFault> {
        let text = decode(bytes, charset).map_err(|line| TabularFault::Encoding { line })?;
        let text = text.into_owned() + "\n" + END;
        let mut records = Records::new(&text);
        let mut headings = records.next()?.ok_or(TabularFault::Empty)?;
        let mut first = records.next()?;
        if filled(&headings) < 2
            && let Some(record) = &first
            && filled(record) > 1
        {
            headings = record.clone();
            first = records.next()?;
        }
        let headings: Vec<String> = headings
            .iter()
            .map(|heading| heading.chars().filter(|c| !is_blank(*c)).collect())
            .collect();
        if headings.iter().all(String::is_empty) {
            return Err(TabularFault::Empty);
        }
        let mut rows = Vec::new();
        let mut number = 0;
        let mut next = first;
        while let Some(cells) = next {
            number += 1 + records.blank_lines;
            let found = filled_up_to(&cells);
            if found > headings.len() {
                let line = cells.position().map_or(0, csv::Position::line);
                return Err(TabularFault::Cells {
                    line,
                    expected: headings.len(),
                    found,
                });
            }
            if found > 0 && rows.len() == limit {
                return Err(TabularFault::TooManyRows { limit });
            }
            if found > 0 {
                rows.push(Row { number, cells });
            }
            next = records.next()?;
        }
        Ok(Self { headings, rows })
    }
}

impl Row {
    /// A cell without outer blanks of any width; empty where there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.cells
            .get(column)
            .unwrap_or_default()
            .trim_matches(is_blank)
    }
}

/// How many cells of a record hold anything.
fn filled(record: &StringRecord) -> usize {
    record
        .iter()
        .filter(|cell| !cell.trim_matches(is_blank).is_empty())
        .count()
}

/// How many cells of a record there are up to the last that holds anything.
fn filled_up_to(record: &StringRecord) -> usize {
    let filled = |(place, cell): (usize, &str)| {
        (!cell.trim_matches(is_blank).is_empty()).then_some(place + 1)
    };
    record
        .iter()
        .enumerate()
        .filter_map(filled)
        .last()
        .unwrap_or(0)
}

/// The records of a text that is followed by the end mark.
struct Records<'a> {
    reader: csv::Reader<&'a [u8]>,
    text: &'a [u8],
    /// How many empty lines stood before the latest record: the reader passes over them.
    blank_lines: usize,
}

impl<'a> Records<'a> {
    fn new(text: &'a str) -> Self {
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        Self {
            reader,
            text: text.as_bytes(),
            blank_lines: 0,
        }
    }

    /// How many empty lines follow the place up to which the text was read.
    fn count_blank_lines(&self) -> usize {
        let place = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        let (read, rest) = self
            .text
            .split_at_checked(place)
            .unwrap_or((self.text, b""));
        // The reader stops between the two characters of a line's end.
        let rest = match (read, rest) {
            ([.., b'\r'], [b'\n', rest @ ..]) => rest,
            _ => rest,
        };
        let ends = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let mut count = 0;
        let mut previous = None;
        for end in ends {
            count += usize::from((previous, *end) != (Some(b'\r'), b'\n'));
            previous = Some(*end);
        }
        count
    }

    fn next(&mut self) -> Result<Option<StringRecord>, TabularFault> {
        let mut record = StringRecord::new();
        let line = self.reader.position().line();
        self.blank_lines = self.count_blank_lines();
        // Text is read from memory and is UTF-8, so the reader has nothing to complain of but what `Quote` says.
        let more = self
            .reader
            .read_record(&mut record)
            .map_err(|_| TabularFault::Quote { line })?;
        let at_the_end = self.reader.position().byte() >= self.text.len() as u64;
        if !more || (at_the_end && record.len() == 1 && record.get(0) == Some(END)) {
            return Ok(None);
        }
        if at_the_end {
            return Err(TabularFault::Quote {
                line: record.position().map_or(line, csv::Position::line),
            });
        }
        Ok(Some(record))
    }
}

/// A heading or a name of it in the form in which both are compared.
pub fn comparable(heading: &str) -> String {
    heading
        .chars()
        .filter(|c| !is_blank(*c))
        .map(half_width)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Sheet {
        Sheet::read(text.as_bytes(), 100).unwrap()
    }

    fn fault(text: &str) -> TabularFault {
        Sheet::read(text.as_bytes(), 3).unwrap_err()
    }

    #[test]
    fn headings_and_cells_lose_their_blanks() {
        let sheet =
            read("姓 名,性别 ,\u{3000}备注\r\n 李明\u{3000},\"男\",\"a, \"\"b\"\"\nc \"\r\n");
        assert_eq!(sheet.headings, ["姓名", "性别", "备注"]);
        let row = &sheet.rows[0];
        assert_eq!(
            (row.cell(0), row.cell(1), row.cell(2), row.cell(3)),
            ("李明", "男", "a, \"b\"\nc", "")
        );
    }

    #[test]
    fn rows_are_numbered_as_the_lines_below_the_headings_whatever_blank_rows_hold() {
        for (kind, blank) in [
            ("empty line", ""),
            ("comma alone", ","),
            ("commas", ",,,"),
            ("blanks", " \u{3000}"),
            ("blanks and commas", " , \t"),
            ("quoted blanks", "\"\",\" \""),
        ] {
            for end in ["\n", "\r\n"] {
                let lines = [
                    "a,b",
                    "1,2",
                    blank,
                    "3",
                    blank,
                    blank,
                    "\"4\n\",5",
                    "6",
                    "",
                    "",
                ];
                let sheet = read(&lines.join(end));
                let rows: Vec<_> = sheet
                    .rows
                    .iter()
                    .map(|row| (row.number, row.cell(0)))
                    .collect();
                assert_eq!(
                    rows,
                    [(1, "1"), (3, "3"), (6, "4"), (7, "6")],
                    "{kind} {end:?}"
                );
                let titled = read(&["花名册", "", "a,b", blank, "1,2"].join(end));
                assert_eq!(titled.rows[0].number, 2, "{kind} {end:?}");
            }
        }
    }

    #[test]
    fn a_title_above_the_headings_is_passed_over() {
        assert_eq!(
            read("花名册,,\n姓名,性别\n李明,男").headings,
            ["姓名", "性别"]
        );
        assert_eq!(read("code\nBZ\n").headings, ["code"]);
        assert_eq!(read("a,b\n").rows.len(), 0);
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        assert_eq!(fault(""), TabularFault::Empty);
        assert_eq!(fault("\u{3000},\n"), TabularFault::Empty);
        assert_eq!(
            fault("a,b\n1,2,3\n"),
            TabularFault::Cells {
                line: 2,
                expected: 2,
                found: 3
            }
        );
        assert_eq!(
            fault("a,b\n1,2\n\"x,y\n3,4\n"),
            TabularFault::Quote { line: 3 }
        );
        assert_eq!(fault("a,b\n1,\"2\n"), TabularFault::Quote { line: 2 });
        assert_eq!(fault("a,\"b"), TabularFault::Quote { line: 1 });
        assert_eq!(
            fault("a\n1\n2\n3\n4\n"),
            TabularFault::TooManyRows { limit: 3 }
        );
        assert_eq!(
            Sheet::read(b"a\n1\n\n2\n\n3\n,\n", 3).unwrap().rows.len(),
            3
        );
        assert_eq!(
            Sheet::read(b"a\n\xFF", 3).unwrap_err(),
            TabularFault::Encoding { line: 2 }
        );
        assert_eq!(read("a,b\n1,2,, \n").rows.len(), 1);
    }

    proptest! {
        #[test]
        fn written_cells_are_read_back(cells in prop::collection::vec("[\\p{Han}a-z\",\\n]{0,8}[a-z]", 2..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record((0..cells.len()).map(|place| format!("h{place}"))).unwrap();
            writer.write_record(&cells).unwrap();
            let sheet = Sheet::read(&writer.into_inner().unwrap(), 10).unwrap();
            for (place, cell) in cells.iter().enumerate() {
                prop_assert_eq!(sheet.rows[0].cell(place), cell.trim_matches(is_blank));
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[a,\"\\n\\r \u{1E}]{0,40}") {
            let _ = Sheet::read(&bytes, 5);
            let _ = Sheet::read(text.as_bytes(), 5);
        }
    }
}
