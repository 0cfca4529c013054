//! National code tables and the programme's own, embedded in the binary.
//!
//! A table is read when it is first asked for. Values that hold a code of a table are types of their own
//! ([`EthnicityCode`] …); names that people write instead of codes are found by [`find_by_name`], places by
//! [`regions::find_by_name`].

mod api;
mod code_value;
mod kinship;
mod names;
pub mod regions;
mod table;

pub use code_value::{
    DegreeCode, EducationLevelCode, EthnicityCode, KinshipCode, PoliticalStatusCode, RankCode,
    RecruitmentChannelCode, RegionCode, SexCode,
};
pub use kinship::{AvoidanceClass, avoidance_class};
pub use names::{NameMatch, find_by_name};
pub use table::{CodeItem, CodeTable, check, names, table};

use crate::error::Fault;
use crate::http::Room;

/// The room, as the platform sees it.
pub const ROOM: Room = Room {
    tags: &[(
        "code-sets",
        "National code tables and the programme's own closed sets.",
    )],
    endpoints: &[api::ENDPOINTS],
    ..Room::EMPTY
};

/// The fault of what is no code or name of a table; it says where the table can be read.
pub fn unknown(table: &str) -> Fault {
    Fault::with("code-unknown", &[&format_args!("/v1/code-sets/{table}")])
}
