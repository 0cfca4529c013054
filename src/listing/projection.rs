//! Items with the members that were asked for: the others are passed over before they are written.

use serde::ser::{Error as _, Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::fields::Fields;

/// Items of a page, written with the members asked for.
pub(super) struct Projected<'a, Item> {
    items: &'a [Item],
    fields: &'a Fields,
}

impl<'a, Item> Projected<'a, Item> {
    pub(super) const fn new(items: &'a [Item], fields: &'a Fields) -> Self {
        Self { items, fields }
    }
}

impl<Item: Serialize> Serialize for Projected<'_, Item> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.fields.are_all() {
            return self.items.serialize(serializer);
        }
        let mut items = serializer.serialize_seq(Some(self.items.len()))?;
        for item in self.items {
            items.serialize_element(&Chosen(item, self.fields))?;
        }
        items.end()
    }
}

/// One item.
struct Chosen<'a, Item>(&'a Item, &'a Fields);

impl<Item: Serialize> Serialize for Chosen<'_, Item> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = self.1;
        self.0.serialize(StructOnly { serializer, fields })
    }
}

/// Takes a struct, and only its members that were asked for.
struct StructOnly<'a, S> {
    serializer: S,
    fields: &'a Fields,
}

/// The members of a struct on their way.
struct ChosenMembers<'a, S> {
    members: S,
    fields: &'a Fields,
}

impl<S: SerializeStruct> SerializeStruct for ChosenMembers<'_, S> {
    type Ok = S::Ok;
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Self::Error> {
        if self.fields.has(name) {
            self.members.serialize_field(name, value)
        } else {
            Ok(())
        }
    }

    fn end(self) -> Result<Self::Ok, Self::Error> {
        self.members.end()
    }
}

/// What no item of a list is.
macro_rules! refused {
    ($($method:ident($($kind:ty)?)),+ $(,)?) => {
        $(fn $method(self $(, _: $kind)?) -> Result<Self::Ok, Self::Error> {
            Err(S::Error::custom("an item of a list is a struct"))
        })+
    };
}

/// The same for what has parts.
macro_rules! refused_compound {
    ($($method:ident($($kind:ty),*) -> $part:ident),+ $(,)?) => {
        $(fn $method(self $(, _: $kind)*) -> Result<Self::$part, Self::Error> {
            Err(S::Error::custom("an item of a list is a struct"))
        })+
    };
}

impl<'a, S: Serializer> Serializer for StructOnly<'a, S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Impossible<S::Ok, S::Error>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = Impossible<S::Ok, S::Error>;
    type SerializeStruct = ChosenMembers<'a, S::SerializeStruct>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    fn serialize_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<Self::SerializeStruct, Self::Error> {
        Ok(ChosenMembers {
            members: self.serializer.serialize_struct(name, len)?,
            fields: self.fields,
        })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Self::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Self::Ok, Self::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Self::Ok, Self::Error> {
        Err(S::Error::custom("an item of a list is a struct"))
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
    ) -> Result<Self::Ok, Self::Error> {
        Err(S::Error::custom("an item of a list is a struct"))
    }

    refused! {
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str),
    }

    refused_compound! {
        serialize_seq(Option<usize>) -> SerializeSeq,
        serialize_tuple(usize) -> SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant,
        serialize_map(Option<usize>) -> SerializeMap,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant,
    }
}
