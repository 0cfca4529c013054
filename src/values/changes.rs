//! Which members of a row change, by their names in the API: a field's name as JSON writes it, unless another is given.

use super::Date;
use crate::db::Id;

/// Whether a column of a new row says anything.
pub trait Filled {
    /// Whether there is a value; flags count when they are set, texts when they hold something, be it a list or an object.
    fn is_filled(&self) -> bool;
}

impl<T> Filled for Option<T> {
    fn is_filled(&self) -> bool {
        self.is_some()
    }
}

impl Filled for String {
    fn is_filled(&self) -> bool {
        !matches!(self.as_str(), "" | "[]" | "{}")
    }
}

impl Filled for bool {
    fn is_filled(&self) -> bool {
        *self
    }
}

macro_rules! always_filled {
    ($($type:ty),+) => {
        $(impl Filled for $type {
            fn is_filled(&self) -> bool {
                true
            }
        })+
    };
}

always_filled!(Id, Date, i32);

/// The name of a field in the API: `member!(post_title)` is `"postTitle"`, `member!(phone_encrypted as "phone")` is `"phone"`.
macro_rules! member {
    ($field:ident) => {
        const_format::map_ascii_case!(const_format::Case::Camel, stringify!($field))
    };
    ($field:ident as $member:literal) => {
        $member
    };
}

/// The members in which two rows differ: `changed!(before, after; status, suspended_until as "suspendedTo")`.
macro_rules! changed {
    ($before:expr, $after:expr; $($field:ident $(as $member:literal)?),+ $(,)?) => {{
        let (before, after) = ($before, $after);
        let mut members: Vec<&'static str> = Vec::new();
        $(
            let member = crate::values::member!($field $(as $member)?);
            if before.$field != after.$field && !members.contains(&member) {
                members.push(member);
            }
        )+
        members
    }};
}

/// The members of which a new row, or an input, says something: `filled!(new; support, outcome)`.
macro_rules! filled {
    ($new:expr; $($field:ident $(as $member:literal)?),+ $(,)?) => {{
        let new = $new;
        let mut members: Vec<&'static str> = Vec::new();
        $(
            let member = crate::values::member!($field $(as $member)?);
            if crate::values::Filled::is_filled(&new.$field) && !members.contains(&member) {
                members.push(member);
            }
        )+
        members
    }};
}

/// The members in which a row differs from the one before, or of which a new row says something:
/// `changed_or_filled!(row, new; name, remote)`.
macro_rules! changed_or_filled {
    ($before:expr, $after:expr; $($fields:tt)+) => {
        match $before {
            Some(before) => crate::values::changed!(before, $after; $($fields)+),
            None => crate::values::filled!($after; $($fields)+),
        }
    };
}

/// What an input whose members are [`Patch`](super::Patch) writes into a row. It gives the input `apply_plain`, which writes the
/// members that the row has under the same name, and `changed_members`, which tells what differs from the row before, or what a new
/// row says. Every member of the input stands in one of the lists, or it does not compile:
///
/// * `required`: columns that are never empty; null leaves them as they are, `Patch::check_required` has refused it,
/// * `optional`: columns that null clears,
/// * `by_hand`: what the room itself makes of the member,
/// * `also_changed`: further columns that a write may change.
macro_rules! patches {
    (
        $input:ident => $row:ty,
        required: [$($required:ident),* $(,)?],
        optional: [$($optional:ident),* $(,)?],
        by_hand: [$($by_hand:ident),* $(,)?],
        also_changed: [$($changed:ident $(as $member:literal)?),* $(,)?] $(,)?
    ) => {
        impl $input {
            /// Writes into a row the members that it has under the same name.
            pub fn apply_plain(&self, row: &mut $row) {
                let Self { $($required,)* $($optional,)* $($by_hand: _,)* } = self;
                $(
                    if let crate::values::Patch::Value(value) = $required {
                        row.$required = value.clone().into();
                    }
                )*
                $(
                    row.$optional = $optional.clone().map(Into::into).apply(row.$optional.take());
                )*
            }

            /// The members in which a row differs from the one before; of a new row, those that say something.
            pub fn changed_members(before: Option<&$row>, after: &$row) -> Vec<&'static str> {
                crate::values::changed_or_filled!(before, after;
                    $($optional,)* $($changed $(as $member)?,)* $($required,)*)
            }
        }
    };
}

pub(crate) use {changed, changed_or_filled, filled, member, patches};

#[cfg(test)]
mod tests {
    use super::super::{Patch, Text};

    #[derive(Debug, Default, Clone, PartialEq)]
    struct Row {
        name: String,
        post_title: Option<String>,
        phone_encrypted: Option<Vec<u8>>,
        political: bool,
        professional: bool,
    }

    #[derive(Default)]
    struct Input {
        name: Patch<Text<20>>,
        post_title: Patch<Text<20>>,
        phone: Patch<Text<20>>,
    }

    patches! {
        Input => Row,
        required: [name],
        optional: [post_title],
        by_hand: [phone],
        also_changed: [phone_encrypted as "phone", political as "roles", professional as "roles"],
    }

    fn text(text: &str) -> Patch<Text<20>> {
        Patch::Value(Text::parse(text).unwrap())
    }

    #[test]
    fn what_is_sent_is_written_and_named_as_the_api_names_it() {
        let before = Row {
            post_title: Some("科员".to_owned()),
            ..Row::default()
        };
        let mut after = before.clone();
        let input = Input {
            name: text("李雨瑶"),
            post_title: Patch::Null,
            phone: text("10015499830"),
        };
        input.apply_plain(&mut after);
        after.political = true;
        after.professional = true;
        assert_eq!((after.name.as_str(), &after.post_title), ("李雨瑶", &None));
        assert!(input.phone.is_present());
        assert_eq!(after.phone_encrypted, None, "the room's own affair");
        assert_eq!(
            Input::changed_members(Some(&before), &after),
            ["postTitle", "roles", "name"]
        );
    }

    #[test]
    fn what_is_not_sent_stays() {
        let before = Row {
            name: "李雨瑶".to_owned(),
            post_title: Some("科员".to_owned()),
            ..Row::default()
        };
        let mut after = before.clone();
        Input::default().apply_plain(&mut after);
        assert_eq!(after, before);
        assert!(Input::changed_members(Some(&before), &after).is_empty());
    }

    #[test]
    fn a_new_row_tells_what_it_says() {
        let row = Row {
            name: "李雨瑶".to_owned(),
            phone_encrypted: Some(vec![1]),
            professional: true,
            ..Row::default()
        };
        assert_eq!(
            Input::changed_members(None, &row),
            ["phone", "roles", "name"]
        );
    }
}
