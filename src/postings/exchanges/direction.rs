//! Which way a leg leads.

use crate::organizations::OrganizationKind;
use crate::values::text_enum;

text_enum! {
    /// From which level of units to which a leg leads.
    pub enum ExchangeDirection {
        /// From a lower unit to a higher one.
        Upward = "UPWARD",
        /// From a higher unit to a lower one.
        Downward = "DOWNWARD",
        /// Between units of one level.
        Lateral = "LATERAL",
    }
}

impl ExchangeDirection {
    /// From the unit that sends to the one that receives.
    pub fn between(home: OrganizationKind, host: OrganizationKind) -> Self {
        match level(host).cmp(&level(home)) {
            std::cmp::Ordering::Greater => Self::Upward,
            std::cmp::Ordering::Less => Self::Downward,
            std::cmp::Ordering::Equal => Self::Lateral,
        }
    }
}

/// City over county over township.
const fn level(kind: OrganizationKind) -> u8 {
    match kind {
        OrganizationKind::City | OrganizationKind::CityOrgan => 2,
        OrganizationKind::County | OrganizationKind::CountyOrgan => 1,
        OrganizationKind::Township | OrganizationKind::Subdistrict => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_leads_up_down_or_across() {
        use OrganizationKind::{CityOrgan, County, CountyOrgan, Subdistrict, Township};
        let way = ExchangeDirection::between;
        assert_eq!(way(Township, CityOrgan), ExchangeDirection::Upward);
        assert_eq!(way(CityOrgan, CountyOrgan), ExchangeDirection::Downward);
        assert_eq!(way(County, CountyOrgan), ExchangeDirection::Lateral);
        assert_eq!(way(Subdistrict, Township), ExchangeDirection::Lateral);
    }
}
