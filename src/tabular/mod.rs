//! Files of rows: bytes become headings and cells, headings become members, names of units become units.
//!
//! Pure: what a row means, and whether it may be written, is decided above.

mod encoding;
mod headings;
mod organization_names;
mod sheet;

pub use encoding::Charset;
pub use headings::{Columns, Field};
pub use organization_names::{OrganizationEntry, OrganizationNames};
pub use sheet::{Row, Sheet, TabularFault};
