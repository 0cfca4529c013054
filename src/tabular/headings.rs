//! Which column holds which member.

use super::sheet::comparable;

/// A member and what a column of it may be called.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The member's name in the API; also the machine heading.
    pub name: &'static str,
    /// The headings of personnel offices; the first is the usual one.
    pub headings: &'static [&'static str],
}

/// The columns of a file by member.
#[derive(Debug)]
pub struct Columns {
    found: Vec<(Field, Option<usize>)>,
    headings: Vec<String>,
    /// Headings that name no member; their columns are not read.
    pub unknown: Vec<String>,
    /// Headings that name a member which another column names before them; their columns are not read.
    pub repeated: Vec<String>,
}

/// The heading that numbers the rows and says nothing.
const ROW_NUMBER: &str = "序号";

impl Columns {
    /// Finds the columns of `fields` among the headings of a file.
    pub fn resolve(headings: &[String], fields: &[Field]) -> Self {
        let mut columns = Self {
            found: fields.iter().map(|field| (*field, None)).collect(),
            headings: headings.to_vec(),
            unknown: Vec::new(),
            repeated: Vec::new(),
        };
        for (place, heading) in headings.iter().enumerate() {
            if heading.is_empty() || heading == ROW_NUMBER {
                continue;
            }
            match columns
                .found
                .iter_mut()
                .find(|(field, _)| field.is_called(heading))
            {
                Some((_, column @ None)) => *column = Some(place),
                Some(_) => columns.repeated.push(heading.clone()),
                None => columns.unknown.push(heading.clone()),
            }
        }
        columns
    }

    /// The column of a member.
    pub fn get(&self, field: &str) -> Option<usize> {
        self.found.iter().find(|(known, _)| known.name == field)?.1
    }

    /// The member with a name, if a file of this kind may have it.
    pub fn member(&self, name: &str) -> Option<&'static str> {
        let known = self.found.iter().find(|(field, _)| field.name == name);
        known.map(|(field, _)| field.name)
    }

    /// Whether no heading names any member.
    pub fn is_empty(&self) -> bool {
        self.found.iter().all(|(_, column)| column.is_none())
    }

    /// What the file calls a member; where it has no such column, what a file of its kind would call it.
    pub fn heading(&self, field: &'static str) -> &str {
        if let Some(heading) = self.get(field).and_then(|column| self.headings.get(column)) {
            return heading;
        }
        let in_chinese = self.found.iter().any(|(known, column)| {
            column
                .and_then(|column| self.headings.get(column))
                .is_some_and(|heading| heading != known.name)
        });
        let usual = self
            .found
            .iter()
            .find(|(known, _)| known.name == field)
            .and_then(|(known, _)| known.headings.first());
        usual.filter(|_| in_chinese).copied().unwrap_or(field)
    }
}

impl Field {
    fn is_called(&self, heading: &str) -> bool {
        self.name == heading || {
            let heading = comparable(heading);
            self.headings.iter().any(|name| comparable(name) == heading)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &[Field] = &[
        Field {
            name: "name",
            headings: &["姓名"],
        },
        Field {
            name: "birthDate",
            headings: &["出生年月", "出生日期"],
        },
        Field {
            name: "school",
            headings: &["毕业院校", "学校（单位）名称"],
        },
    ];

    fn resolve(headings: &[&str]) -> Columns {
        Columns::resolve(
            &headings.iter().map(ToString::to_string).collect::<Vec<_>>(),
            FIELDS,
        )
    }

    #[test]
    fn machine_headings_and_those_of_offices_are_known() {
        let columns = resolve(&["序号", "出生日期", "name", "学校(单位)名称"]);
        assert_eq!(
            (
                columns.get("name"),
                columns.get("birthDate"),
                columns.get("school")
            ),
            (Some(2), Some(1), Some(3))
        );
        assert!(columns.unknown.is_empty() && columns.repeated.is_empty());
        assert!(!columns.is_empty());
    }

    #[test]
    fn unknown_and_repeated_headings_are_told() {
        let columns = resolve(&["姓名", "血型", "name", ""]);
        assert_eq!(
            (columns.unknown, columns.repeated),
            (vec!["血型".to_owned()], vec!["name".to_owned()])
        );
        assert!(resolve(&["血型"]).is_empty());
    }

    #[test]
    fn a_member_without_a_column_is_called_as_the_file_would() {
        assert_eq!(resolve(&["姓名"]).heading("birthDate"), "出生年月");
        assert_eq!(resolve(&["name"]).heading("birthDate"), "birthDate");
        assert_eq!(resolve(&["出生日期"]).heading("birthDate"), "出生日期");
        assert_eq!(resolve(&[]).heading("unheard"), "unheard");
    }
}
