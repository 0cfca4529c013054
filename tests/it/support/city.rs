//! The small standard city, inserted directly.

use diesel::prelude::*;
use xinmiao::db::schema::organizations;
use xinmiao::db::{DbConn, Id, UtcTimestamp};
use xinmiao::values::Date;

/// An organization of the standard city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: Id,
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// The segments of its ancestors and its own.
    pub path: String,
}

/// A city with two counties, organs and townships.
#[derive(Debug, Clone)]
pub struct City {
    /// The city itself.
    pub root: Unit,
    /// An organ of the city.
    pub reform: Unit,
    /// Another organ of the city.
    pub finance: Unit,
    /// The county Bazhou.
    pub bazhou: Unit,
    /// An organ of Bazhou.
    pub bazhou_finance: Unit,
    /// A township of Bazhou.
    pub qingjiang: Unit,
    /// The county Enyang.
    pub enyang: Unit,
    /// An organ of Enyang.
    pub enyang_finance: Unit,
    /// A township of Enyang.
    pub yuxi: Unit,
    /// Another township of Enyang.
    pub liulin: Unit,
}

impl City {
    /// Inserts the organizations.
    pub fn insert(conn: &mut DbConn, now: &str) -> Self {
        let mut insert = Inserter {
            conn,
            now: UtcTimestamp::parse(now).unwrap(),
            count: 0,
        };
        let root = insert.unit("BZ", "巴中市", "CITY", None, "511900");
        let bazhou = insert.unit("BZ-511902", "巴州区", "COUNTY", Some(&root), "511902");
        let enyang = insert.unit("BZ-511903", "恩阳区", "COUNTY", Some(&root), "511903");
        let mut organ = |code, name, kind, parent: &Unit, division| {
            insert.unit(code, name, kind, Some(parent), division)
        };
        Self {
            reform: organ(
                "BZ-FG",
                "巴中市发展和改革委员会",
                "CITY_ORGAN",
                &root,
                "511900",
            ),
            finance: organ("BZ-CZ", "巴中市财政局", "CITY_ORGAN", &root, "511900"),
            bazhou_finance: organ(
                "BZ-511902-CZ",
                "巴州区财政局",
                "COUNTY_ORGAN",
                &bazhou,
                "511902",
            ),
            qingjiang: organ("BZ-511902-QJ", "清江镇", "TOWNSHIP", &bazhou, "511902"),
            enyang_finance: organ(
                "BZ-511903-CZ",
                "恩阳区财政局",
                "COUNTY_ORGAN",
                &enyang,
                "511903",
            ),
            yuxi: organ("BZ-511903-YX", "渔溪镇", "TOWNSHIP", &enyang, "511903"),
            liulin: organ("BZ-511903-LL", "柳林镇", "TOWNSHIP", &enyang, "511903"),
            root,
            bazhou,
            enyang,
        }
    }
}

struct Inserter<'a> {
    conn: &'a mut DbConn,
    now: UtcTimestamp,
    count: u128,
}

impl Inserter<'_> {
    fn unit(
        &mut self,
        code: &'static str,
        name: &'static str,
        kind: &'static str,
        parent: Option<&Unit>,
        division: &str,
    ) -> Unit {
        self.count += 1;
        // Ids of version 7 that are older than any the application makes.
        let id = Id(uuid::Uuid::from_u128(
            0x0180_0000_0000_7000_8000 << 48 | self.count,
        ));
        let above = parent.map(|unit| unit.path.as_str()).unwrap_or_default();
        let path = format!("{above}{:012x}/", self.count);
        diesel::insert_into(organizations::table)
            .values((
                organizations::id.eq(id),
                organizations::version.eq(1_i64),
                organizations::created_at.eq(self.now),
                organizations::updated_at.eq(self.now),
                organizations::code.eq(code),
                organizations::name.eq(name),
                organizations::kind.eq(kind),
                organizations::parent_id.eq(parent.map(|unit| unit.id)),
                organizations::path.eq(&path),
                organizations::division_code.eq(division),
                organizations::remote.eq(false),
                organizations::status.eq("ACTIVE"),
                organizations::valid_from.eq(Date::parse("2020-01-01").unwrap()),
                organizations::external_ids.eq("{}"),
            ))
            .execute(self.conn)
            .unwrap();
        Unit {
            id,
            code,
            name,
            kind,
            path,
        }
    }
}
