//! Rules that a programme manager passes over, each with a reason that the journal keeps.

use deserr::Deserr;
use utoipa::ToSchema;

use super::model::Override;
use crate::error::{Error, FieldErrors, Result, Violation};
use crate::values::Text;

/// A rule that is to be passed over, and why. Only rules whose violation says `override: true` can be.
#[derive(Debug, Clone, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = FieldErrors, rename_all = camelCase, deny_unknown_fields)]
#[schema(rename_all = "camelCase", as = OverrideInput)]
pub struct OverrideInput {
    /// The rule, as the violation names it.
    pub rule: Text<16>,
    /// Why; kept in the journal.
    pub reason: Text<500>,
}

/// What of the violations a manager overrides; any that is left is refused.
///
/// # Errors
/// `RuleViolation` with all that is not overridden.
pub fn apply_overrides(
    violations: Vec<Violation>,
    overrides: &[OverrideInput],
    is_manager: bool,
) -> Result<Vec<Override>> {
    let mut used: Vec<Override> = Vec::new();
    let mut left = Vec::new();
    for violation in violations {
        let given = overrides
            .iter()
            .find(|given| given.rule.as_str() == violation.rule)
            .filter(|_| is_manager && violation.can_override);
        match given {
            Some(_) if used.iter().any(|known| known.rule == violation.rule) => {}
            Some(given) => used.push(Override {
                rule: violation.rule.to_owned(),
                reason: given.reason.as_str().to_owned(),
            }),
            None => left.push(violation),
        }
    }
    if left.is_empty() {
        Ok(used)
    } else {
        Err(Error::RuleViolation(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn violation(rule: &'static str, can_override: bool) -> Violation {
        Violation {
            rule,
            reason: "LATE",
            can_override,
        }
    }

    fn given(rule: &str) -> OverrideInput {
        OverrideInput {
            rule: Text::parse(rule).unwrap(),
            reason: Text::parse("agreed in writing").unwrap(),
        }
    }

    #[test]
    fn a_manager_passes_over_what_can_be_and_nothing_else() {
        let both = || vec![violation("R05", true), violation("R12", false)];
        let left = |result: Result<Vec<Override>>| match result {
            Err(Error::RuleViolation(left)) => left.iter().map(|v| v.rule).collect(),
            _ => Vec::new(),
        };
        let all = [given("R05"), given("R12")];
        assert_eq!(left(apply_overrides(both(), &all, true)), ["R12"]);
        assert_eq!(left(apply_overrides(both(), &all, false)), ["R05", "R12"]);
        let used = apply_overrides(vec![violation("R05", true)], &all, true).unwrap();
        assert_eq!(used[0].reason, "agreed in writing");
    }
}
