//! What a request may set, in Temporal's words.

use std::collections::BTreeMap;

use prost::Message;
use temporalio_protos::temporal::api::common::v1::{Payload, SearchAttributes};

use super::{AttributeType, AttributeTypes, OF_SERVER, is_system, value};

/// How many attributes a request sets at most. Temporal: 100.
const COUNT_MAX: usize = 100;
/// The data of one value. Temporal: 2 KB.
pub(crate) const VALUE_SIZE_BYTES: usize = 2 * 1024;
/// All attributes of a run, as they are stored. Temporal: 40 KB.
const TOTAL_SIZE_BYTES: usize = 40 * 1024;

/// Checks that attributes are known. `types` are those that are registered in the namespace with this name.
pub fn check_names(
    attributes: Option<&SearchAttributes>,
    types: &AttributeTypes,
    namespace: &str,
) -> Result<(), String> {
    let unknown = in_order(attributes)
        .into_keys()
        .find(|name| !is_system(name) && AttributeType::of(name, types).is_none());
    match unknown {
        Some(unknown) => Err(format!(
            "Namespace {namespace} has no mapping defined for search attribute {unknown}"
        )),
        None => Ok(()),
    }
}

/// Checks that attributes, which are known, may be set, and that their values are of their types.
pub fn check_values(
    attributes: Option<&SearchAttributes>,
    types: &AttributeTypes,
) -> Result<(), String> {
    let fields = in_order(attributes);
    if fields.len() > COUNT_MAX {
        return Err(format!(
            "number of search attributes {} exceeds limit {COUNT_MAX}",
            fields.len()
        ));
    }
    for (name, payload) in fields {
        let is_of_server = OF_SERVER.iter().any(|(of_server, _)| of_server == name);
        match AttributeType::of(name, types) {
            Some(kind) if !is_of_server => value::check(payload, kind).map_err(|shown| {
                format!(
                    "invalid value for search attribute {name} of type {}: {shown}",
                    kind.name()
                )
            })?,
            _ => return Err(format!("{name} attribute can't be set in SearchAttributes")),
        }
    }
    Ok(())
}

/// Checks what attributes take, each and together.
pub fn check_sizes(attributes: Option<&SearchAttributes>) -> Result<(), String> {
    for (name, value) in in_order(attributes) {
        let size = value.data.len();
        if size > VALUE_SIZE_BYTES {
            return Err(format!(
                "search attribute {name} value size {size} exceeds size limit {VALUE_SIZE_BYTES}"
            ));
        }
    }
    let size = attributes.map_or(0, Message::encoded_len);
    if size > TOTAL_SIZE_BYTES {
        return Err(format!(
            "total size of search attributes {size} exceeds size limit {TOTAL_SIZE_BYTES}"
        ));
    }
    Ok(())
}

/// By name, so that of several errors it is always the same one that is told.
fn in_order(attributes: Option<&SearchAttributes>) -> BTreeMap<&String, &Payload> {
    let fields = attributes.map(|attributes| &attributes.indexed_fields);
    fields.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(data: &str) -> Payload {
        Payload {
            metadata: [("encoding".to_owned(), b"json/plain".to_vec())].into(),
            data: data.as_bytes().to_vec(),
            ..Default::default()
        }
    }

    fn attributes(fields: &[(&str, &str)]) -> SearchAttributes {
        SearchAttributes {
            indexed_fields: fields
                .iter()
                .map(|(name, data)| ((*name).to_owned(), payload(data)))
                .collect(),
        }
    }

    fn verdict(fields: &[(&str, &str)]) -> String {
        let mut types = AttributeTypes::from([
            ("Color".to_owned(), AttributeType::Keyword),
            ("Size".to_owned(), AttributeType::Int),
        ]);
        types.extend((0..101).map(|n| (format!("a{n}"), AttributeType::Int)));
        let attributes = attributes(fields);
        check_names(Some(&attributes), &types, "shop")
            .and_then(|()| check_values(Some(&attributes), &types))
            .and_then(|()| check_sizes(Some(&attributes)))
            .map_or_else(|error| error, |()| "fine".to_owned())
    }

    #[test]
    fn known_attributes_take_values_of_their_types() {
        assert_eq!(verdict(&[]), "fine");
        assert_eq!(verdict(&[("Color", "\"red\""), ("Size", "5")]), "fine");
        assert_eq!(verdict(&[("BatcherUser", "\"me\"")]), "fine");
        assert_eq!(
            verdict(&[("Size", "true")]),
            "invalid value for search attribute Size of type Int: true"
        );
        assert_eq!(
            verdict(&[("BuildIds", "\"b\"")]),
            "invalid value for search attribute BuildIds of type KeywordList: b"
        );
    }

    #[test]
    fn what_is_unknown_or_the_systems_is_refused() {
        assert_eq!(
            verdict(&[("Weight", "1"), ("Size", "true")]),
            "Namespace shop has no mapping defined for search attribute Weight"
        );
        assert_eq!(
            verdict(&[("StartTime", "1")]),
            "StartTime attribute can't be set in SearchAttributes"
        );
        assert_eq!(
            verdict(&[("TemporalWorkerDeployment", "\"d\"")]),
            "TemporalWorkerDeployment attribute can't be set in SearchAttributes"
        );
    }

    #[test]
    fn number_and_sizes_have_limits() {
        let of_size = |size: usize| format!("\"{}\"", "x".repeat(size - 2));
        assert_eq!(verdict(&[("Color", &of_size(2048))]), "fine");
        assert_eq!(
            verdict(&[("Color", &of_size(2049))]),
            "search attribute Color value size 2049 exceeds size limit 2048"
        );
        let names: Vec<String> = (0..101).map(|n| format!("a{n}")).collect();
        let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
        assert_eq!(
            verdict(&many),
            "number of search attributes 101 exceeds limit 100"
        );
        let large = format!("[{}]", vec!["1"; 1000].join(","));
        let many: Vec<(&str, &str)> = many[..30]
            .iter()
            .map(|(name, _)| (*name, &*large))
            .collect();
        assert!(verdict(&many).contains("exceeds size limit 40960"));
    }
}
