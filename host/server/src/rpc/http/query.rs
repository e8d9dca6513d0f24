//! Fields of a request that come in the query: `?query=..&pageSize=10&execution.runId=..`.

use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

use super::{json::set, routes::PathFields, schema::resolve};

/// A field, the key where it is a map, and what the query says of it.
struct Given {
    fields: Vec<FieldDescriptor>,
    key: Option<String>,
    texts: Vec<String>,
}

/// Puts what the query says into a request. Names that it does not have are passed over, for some say how to answer; fields of
/// the path, too. Fails, with words for who asked, at a value that a field can't have.
pub(super) fn read(
    message: &MessageDescriptor,
    query: &str,
    path: &PathFields,
    request: &mut Map<String, Value>,
) -> Result<(), String> {
    for given in collect(message, query, path) {
        let value = given.value()?;
        set(request, &given.fields, value);
    }
    Ok(())
}

fn collect(message: &MessageDescriptor, query: &str, path: &PathFields) -> Vec<Given> {
    let mut all: Vec<Given> = Vec::new();
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        let (name, key) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((name, key)) => (name.to_owned(), Some(key.to_owned())),
            None => (name.into_owned(), None),
        };
        let Some(fields) = resolve(message, &name) else {
            continue;
        };
        let full_name = dotted(&fields);
        if path.iter().any(|(name, _)| *name == full_name) {
            continue;
        }
        match all
            .iter_mut()
            .find(|given| given.key == key && given.fields == fields)
        {
            Some(given) => given.texts.push(text.into_owned()),
            None => all.push(Given {
                fields,
                key,
                texts: vec![text.into_owned()],
            }),
        }
    }
    all
}

fn dotted(fields: &[FieldDescriptor]) -> String {
    let names: Vec<&str> = fields.iter().map(FieldDescriptor::name).collect();
    names.join(".")
}

impl Given {
    fn value(&self) -> Result<Value, String> {
        let name = dotted(&self.fields);
        let wrong = |why: String| format!("parsing field {name:?}: {why}");
        let Some((field, around)) = self.fields.split_last() else {
            return Err(wrong("there is no field".into()));
        };
        if self.key.is_some() || field.is_map() || around.iter().any(|f| f.is_list() || f.is_map())
        {
            return Err(wrong(
                "lists of messages and maps can't come in the query".into(),
            ));
        }
        if field.is_list() {
            let values: Result<_, _> = self
                .texts
                .iter()
                .map(|text| read_one(field, text))
                .collect();
            return values.map(Value::Array).map_err(wrong);
        }
        match self.texts.as_slice() {
            [text] => read_one(field, text).map_err(wrong),
            texts => Err(format!(
                "too many values for field {name:?}: {}",
                texts.join(", ")
            )),
        }
    }
}

/// The JSON of a value. What is not checked here is when the whole message is read.
fn read_one(field: &FieldDescriptor, text: &str) -> Result<Value, String> {
    let as_text = || Value::String(text.to_owned());
    let wrong = |error: &dyn std::fmt::Display| format!("{text:?} is no value of it: {error}");
    match field.kind() {
        Kind::Bool => match text {
            "true" | "True" | "TRUE" | "t" | "T" | "1" => Ok(true.into()),
            "false" | "False" | "FALSE" | "f" | "F" | "0" => Ok(false.into()),
            _ => Err(wrong(&"true or false is wanted")),
        },
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => text
            .parse::<i32>()
            .map(|_| as_text())
            .map_err(|e| wrong(&e)),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => text
            .parse::<i64>()
            .map(|_| as_text())
            .map_err(|e| wrong(&e)),
        Kind::Uint32 | Kind::Fixed32 => text
            .parse::<u32>()
            .map(|_| as_text())
            .map_err(|e| wrong(&e)),
        Kind::Uint64 | Kind::Fixed64 => text
            .parse::<u64>()
            .map(|_| as_text())
            .map_err(|e| wrong(&e)),
        Kind::Enum(_) => Ok(text.parse::<i32>().map_or_else(|_| as_text(), Value::from)),
        Kind::Float | Kind::Double | Kind::String | Kind::Bytes => Ok(as_text()),
        Kind::Message(message) => match message.full_name() {
            "google.protobuf.Timestamp"
            | "google.protobuf.Duration"
            | "google.protobuf.FieldMask" => Ok(as_text()),
            _ => Err("a message can't come in the query; its fields can, after a dot".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::schema::message, *};

    fn check(name: &str, query: &str) -> Result<Value, String> {
        let name = format!("temporal.api.workflowservice.v1.{name}Request");
        let message = message(&name).expect("there is such a message");
        let mut request = Map::new();
        let path = vec![("namespace", "default".to_owned())];
        read(&message, query, &path, &mut request)?;
        Ok(Value::Object(request))
    }

    #[test]
    fn fields_are_named_as_in_json_or_as_in_the_schema() {
        assert_eq!(
            check(
                "ListWorkflowExecutions",
                "query=a%3D'b+c'&page_size=5&pretty"
            ),
            Ok(json!({"query": "a='b c'", "pageSize": "5"}))
        );
        assert_eq!(
            check(
                "DescribeWorkflowExecution",
                "execution.run_id=r&execution.workflowId=w"
            ),
            Ok(json!({"execution": {"runId": "r", "workflowId": "w"}}))
        );
    }

    #[test]
    fn what_the_path_says_is_not_said_again() {
        assert_eq!(
            check("ListWorkflowExecutions", "namespace=other"),
            Ok(json!({}))
        );
    }

    #[test]
    fn kinds_are_told_apart() {
        assert_eq!(
            check(
                "GetWorkflowExecutionHistory",
                "waitNewEvent=true&historyEventFilterType=2&nextPageToken=QQ=="
            ),
            Ok(json!({"waitNewEvent": true, "historyEventFilterType": 2, "nextPageToken": "QQ=="}))
        );
    }

    #[test]
    fn what_a_field_cannot_be_is_named() {
        for (query, words) in [
            (
                "pageSize=x",
                "parsing field \"page_size\": \"x\" is no value of it",
            ),
            (
                "pageSize=1&pageSize=2",
                "too many values for field \"page_size\": 1, 2",
            ),
            ("query[a]=b", "maps can't come in the query"),
        ] {
            let error = check("ListWorkflowExecutions", query).expect_err("it is wrong");
            assert!(error.contains(words), "{error}");
        }
        let error = check("DescribeWorkflowExecution", "execution=x").expect_err("it is wrong");
        assert!(
            error.contains("a message can't come in the query"),
            "{error}"
        );
    }
}
