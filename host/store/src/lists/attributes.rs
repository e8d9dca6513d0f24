//! Tests of search attributes as SQL over the JSON in `runs.attributes` and `runs.server_attributes`: where the two databases
//! differ most.
//!
//! An absent value passes nothing but `IS NULL`, as everywhere; but absent words and keywords are none of those that a
//! filter excludes. PostgreSQL finds equal values of users' attributes through its index on what a row's object contains.

use serde_json::{Value as Json, json};
use sundial_core::AttributeType;

use super::clause::Clause;
use crate::{
    attributes::{Setter, words},
    filter::{Check, Comparison},
    sql::{Dialect, Value},
};

impl Clause {
    /// Writes a test of the attribute of this name.
    pub(super) fn attribute(&mut self, name: &str, kind: AttributeType, check: &Check<Json>) {
        match kind {
            AttributeType::Text | AttributeType::KeywordList => self.several(name, kind, check),
            AttributeType::Keyword
            | AttributeType::Int
            | AttributeType::Double
            | AttributeType::Bool
            | AttributeType::Datetime => self.single(name, kind, check),
        }
    }

    fn single(&mut self, name: &str, kind: AttributeType, check: &Check<Json>) {
        let equal = match check {
            Check::Compare(Comparison::Equal, value) => std::slice::from_ref(value),
            Check::OneOf(values) => values.as_slice(),
            _ => &[],
        };
        if self.dialect == Dialect::Postgres && !equal.is_empty() {
            return self.contains(name, equal, Json::clone);
        }
        let expression = self.value(name, kind);
        if kind == AttributeType::Keyword {
            let texts = check.clone().try_map(|value| match value {
                Json::String(text) => Ok(text),
                _ => Err(()),
            });
            return match texts {
                Ok(texts) => self.plain(&expression, &texts),
                // A filter is read by its attributes' types: the values of a keyword are texts.
                Err(()) => _ = self.push("1 = 0"),
            };
        }
        self.comparison(&expression, check, |sql, value| {
            let name = sql.parameter(parameter(value));
            sql.push(&name);
        });
    }

    /// A test of an array: equal means that it holds the value.
    fn several(&mut self, name: &str, kind: AttributeType, check: &Check<Json>) {
        let (values, wanted) = match check {
            Check::Compare(Comparison::Equal, value) => (std::slice::from_ref(value), true),
            Check::Compare(Comparison::NotEqual, value) => (std::slice::from_ref(value), false),
            Check::OneOf(values) => (values.as_slice(), true),
            Check::NoneOf(values) => (values.as_slice(), false),
            Check::Missing => {
                let value = self.value(name, kind);
                self.push(&value).push(" IS NULL");
                return;
            }
            Check::Present => {
                let value = self.value(name, kind);
                self.push(&value).push(" IS NOT NULL");
                return;
            }
            // Filters with these were refused when they were read.
            Check::Compare(..)
            | Check::Between(..)
            | Check::NotBetween(..)
            | Check::StartsWith(_)
            | Check::NotStartsWith(_) => {
                self.push("1 = 0");
                return;
            }
        };
        let items: Vec<Json> = match kind {
            AttributeType::Text => values
                .iter()
                .filter_map(Json::as_str)
                .flat_map(words)
                .map(Json::String)
                .collect(),
            _ => values.to_vec(),
        };
        if wanted {
            self.holds_any(name, &items);
        } else {
            // A run without values holds none of these.
            self.push("NOT coalesce(");
            self.holds_any(name, &items);
            self.push(", 1 = 0)");
        }
    }

    fn holds_any(&mut self, name: &str, items: &[Json]) {
        if items.is_empty() {
            self.push("(1 = 0)");
            return;
        }
        let column = Setter::of(name).column();
        match self.dialect {
            Dialect::Postgres => self.contains(name, items, |item| json!([item])),
            Dialect::Sqlite => {
                let path = self.parameter(&path(name));
                let marks: Vec<String> = items
                    .iter()
                    .map(|item| self.parameter(parameter(item)))
                    .collect();
                self.push(&format!(
                    "EXISTS (SELECT 1 FROM json_each({column}, {path}) item WHERE item.value IN ({}))",
                    marks.join(", ")
                ));
            }
        }
    }

    /// PostgreSQL: the object contains one of these values under the name.
    fn contains(&mut self, name: &str, values: &[Json], shape: impl Fn(&Json) -> Json) {
        let column = Setter::of(name).column();
        let tests: Vec<String> = values
            .iter()
            .map(|value| {
                let wanted = json!({ name: shape(value) }).to_string();
                format!("{column} @> {}::jsonb", self.parameter(&wanted))
            })
            .collect();
        self.push("(").push(&tests.join(" OR ")).push(")");
    }

    /// The value as SQL has it; null if there is none, or one that is not of the type.
    fn value(&mut self, name: &str, kind: AttributeType) -> String {
        let column = Setter::of(name).column();
        match self.dialect {
            Dialect::Sqlite => {
                let path = self.parameter(&path(name));
                let types = match kind {
                    AttributeType::Text | AttributeType::KeywordList => "'array'",
                    AttributeType::Keyword => "'text'",
                    AttributeType::Int | AttributeType::Datetime | AttributeType::Double => {
                        "'integer', 'real'"
                    }
                    AttributeType::Bool => "'true', 'false'",
                };
                format!(
                    "(CASE WHEN json_type({column}, {path}) IN ({types}) THEN json_extract({column}, {path}) END)"
                )
            }
            Dialect::Postgres => {
                let name = self.parameter(name);
                let (json_type, read) = match kind {
                    AttributeType::Text | AttributeType::KeywordList => ("array", "::text"),
                    AttributeType::Keyword => ("string", " COLLATE \"C\""),
                    AttributeType::Int | AttributeType::Datetime | AttributeType::Double => {
                        ("number", "::numeric")
                    }
                    AttributeType::Bool => ("boolean", "::boolean::int::bigint"),
                };
                format!(
                    "(CASE WHEN jsonb_typeof({column} -> {name}) = '{json_type}' \
                     THEN ({column} ->> {name}){read} END)"
                )
            }
        }
    }
}

/// Names were checked when they were registered: they hold no quotes.
fn path(name: &str) -> String {
    format!("$.\"{name}\"")
}

fn parameter(value: &Json) -> Value {
    match value {
        Json::Bool(value) => i64::from(*value).into(),
        Json::Number(number) => match number.as_i64() {
            Some(value) => value.into(),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => text.into(),
        Json::Null | Json::Array(_) | Json::Object(_) => value.to_string().as_str().into(),
    }
}
