//! Reads JSON: the browser's `JSON.parse` parses the text, and this module maps the result to Rust types.
//!
//! `serde_json` would add its own parser and a text for each kind of malformed JSON, a tenth of the whole download.
//! The pages have one text for all of them.

use std::fmt;

use js_sys::{Array, JSON, Object};
use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
    },
    forward_to_deserialize_any,
};
use wasm_bindgen::{JsCast, JsValue};

/// The text is not JSON, or not of the expected form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidJson;

/// Parses `text` as a `T`.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, InvalidJson> {
    let value = JSON::parse(text).map_err(|_| InvalidJson)?;
    T::deserialize(Value(value))
}

/// A value as `JSON.parse` returned it.
struct Value(JsValue);

impl fmt::Display for InvalidJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the JSON does not have the expected form")
    }
}

impl std::error::Error for InvalidJson {}

/// Drops the details of an error, so that their texts are not part of the download.
impl de::Error for InvalidJson {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> de::Deserializer<'de> for Value {
    type Error = InvalidJson;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        let value = self.0;
        if value.is_null() {
            visitor.visit_unit()
        } else if let Some(text) = value.as_string() {
            visitor.visit_string(text)
        } else if let Some(truth) = value.as_bool() {
            visitor.visit_bool(truth)
        } else if let Some(number) = value.as_f64() {
            visitor.visit_i64(whole(number)?)
        } else if Array::is_array(&value) {
            visitor.visit_seq(Items { array: value.unchecked_into(), at: 0 })
        } else {
            let fields = Object::entries(value.unchecked_ref());
            visitor
                .visit_map(Fields { items: Items { array: fields, at: 0 }, value: JsValue::NULL })
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_newtype_struct(self)
    }

    /// All enums of the API are strings.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, InvalidJson> {
        visitor.visit_enum(self.0.as_string().ok_or(InvalidJson)?.into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidJson> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

/// Converts a number to an integer. The API sends only integers that an `f64` holds exactly; any other number is an error.
fn whole(number: f64) -> Result<i64, InvalidJson> {
    #[expect(clippy::cast_possible_truncation, reason = "checked on the next line")]
    let whole = number as i64;
    #[expect(
        clippy::cast_precision_loss,
        clippy::float_cmp,
        reason = "equal only if nothing was lost"
    )]
    if whole as f64 == number { Ok(whole) } else { Err(InvalidJson) }
}

/// The items of an array.
struct Items {
    array: Array,
    at: u32,
}

impl Items {
    fn next(&mut self) -> Option<JsValue> {
        if self.at == self.array.length() {
            return None;
        }
        self.at += 1;
        Some(self.array.get(self.at - 1))
    }
}

impl<'de> SeqAccess<'de> for Items {
    type Error = InvalidJson;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, InvalidJson> {
        self.next().map(|item| seed.deserialize(Value(item))).transpose()
    }
}

/// The fields of an object: pairs of a name and a value.
struct Fields {
    items: Items,
    value: JsValue,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = InvalidJson;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, InvalidJson> {
        let Some(pair) = self.items.next() else { return Ok(None) };
        let pair: Array = pair.unchecked_into();
        self.value = pair.get(1);
        seed.deserialize(Value(pair.get(0))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, InvalidJson> {
        seed.deserialize(Value(std::mem::take(&mut self.value)))
    }
}
