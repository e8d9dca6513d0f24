//! Which call a path means.
//!
//! `routes.txt` says what the annotations `google.api.http` of Temporal's services say, one binding a line: verb, path, `*` if
//! the body is the request's message, and the method. The annotations themselves are not in the schema that is compiled in.

use std::sync::LazyLock;

use axum::http::Method;
use percent_encoding::percent_decode_str;

/// A path, and the call that it means.
#[derive(Debug)]
pub(super) struct Route {
    verb: Method,
    segments: Vec<Segment>,
    /// Whether the request's message comes in the body; else it comes in the query.
    pub(super) has_body: bool,
    /// Whose method it is.
    pub(super) service: ServiceName,
    /// The method's name.
    pub(super) method: &'static str,
}

/// A service that has methods with paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServiceName {
    Workflow,
    Operator,
}

impl ServiceName {
    /// The name that gRPC calls it by.
    pub(super) fn full(self) -> &'static str {
        match self {
            Self::Workflow => "temporal.api.workflowservice.v1.WorkflowService",
            Self::Operator => "temporal.api.operatorservice.v1.OperatorService",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    /// A field of the request, with a dot before each field of a field.
    Field(&'static str),
}

/// Fields of the request and what the path says that they are.
pub(super) type PathFields = Vec<(&'static str, String)>;

/// What there is at a path.
#[derive(Debug)]
pub(super) enum Found {
    Call(&'static Route, PathFields),
    /// There is something, but not for this verb.
    OtherVerb,
    Nothing,
}

static ROUTES: LazyLock<Vec<Route>> =
    LazyLock::new(|| include_str!("routes.txt").lines().map(read_line).collect());

/// Finds what a path, as it came, means to a verb. A field may hold a slash if it comes as `%2F`.
pub(super) fn find(verb: &Method, path: &str) -> Found {
    let segments: Option<Vec<String>> = path
        .strip_prefix('/')
        .map(|path| path.split('/').map(decoded).collect())
        .unwrap_or_default();
    let Some(segments) = segments else {
        return Found::Nothing;
    };
    let mut is_there = false;
    let best = ROUTES
        .iter()
        .filter(|route| route.fits(&segments))
        .inspect(|_| is_there = true)
        .filter(|route| route.verb == verb)
        .max_by_key(|route| route.literals());
    match best {
        Some(route) => Found::Call(route, route.fields(segments)),
        None if is_there => Found::OtherVerb,
        None => Found::Nothing,
    }
}

fn decoded(segment: &str) -> Option<String> {
    let text = percent_decode_str(segment).decode_utf8().ok()?;
    Some(text.into_owned())
}

impl Route {
    fn fits(&self, path: &[String]) -> bool {
        self.segments.len() == path.len()
            && self
                .segments
                .iter()
                .zip(path)
                .all(|(segment, text)| match segment {
                    Segment::Literal(literal) => literal == text,
                    Segment::Field(_) => !text.is_empty(),
                })
    }

    fn literals(&self) -> usize {
        self.segments
            .iter()
            .filter(|segment| matches!(segment, Segment::Literal(_)))
            .count()
    }

    fn fields(&self, path: Vec<String>) -> PathFields {
        self.segments
            .iter()
            .zip(path)
            .filter_map(|(segment, text)| match segment {
                Segment::Field(name) => Some((*name, text)),
                Segment::Literal(_) => None,
            })
            .collect()
    }
}

fn read_line(line: &'static str) -> Route {
    let words: Vec<&str> = line.split(' ').collect();
    let [verb, path, body, name] = words[..] else {
        panic!("routes.txt has a line of other than four words: {line}");
    };
    let (service, method) = match name.split_once('/') {
        Some(("WorkflowService", method)) => (ServiceName::Workflow, method),
        Some(("OperatorService", method)) => (ServiceName::Operator, method),
        _ => panic!("routes.txt names a service that has no paths: {line}"),
    };
    let segments = path.split('/').skip(1).map(|segment| {
        let field = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        field.map_or(Segment::Literal(segment), Segment::Field)
    });
    Route {
        verb: Method::from_bytes(verb.as_bytes())
            .unwrap_or_else(|_| panic!("routes.txt has a verb that is none: {line}")),
        segments: segments.collect(),
        has_body: body == "*",
        service,
        method,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf, process::Command};

    use super::{
        super::schema::{input_of, resolve},
        *,
    };

    fn check(verb: Method, path: &str) -> String {
        match find(&verb, path) {
            Found::Call(route, fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(name, text)| format!(" {name}={text}"))
                    .collect();
                format!("{}{}", route.method, fields.concat())
            }
            Found::OtherVerb => "other verb".into(),
            Found::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn a_path_means_a_call_and_gives_it_fields() {
        assert_eq!(
            check(Method::POST, "/namespaces/default/workflows/w"),
            "StartWorkflowExecution namespace=default workflow_id=w"
        );
        assert_eq!(
            check(
                Method::GET,
                "/api/v1/namespaces/default/workflows/w%2F1%20x"
            ),
            "DescribeWorkflowExecution namespace=default execution.workflow_id=w/1 x"
        );
        assert_eq!(check(Method::GET, "/system-info"), "GetSystemInfo");
    }

    #[test]
    fn what_is_not_there_is_told_from_what_has_another_verb() {
        assert_eq!(check(Method::GET, "/"), "nothing");
        assert_eq!(check(Method::GET, "/nothing"), "nothing");
        assert_eq!(
            check(Method::GET, "/namespaces/default/workflows/"),
            "nothing"
        );
        assert_eq!(
            check(Method::GET, "/namespaces/default/workflows/%FF"),
            "nothing"
        );
        assert_eq!(check(Method::PUT, "/system-info"), "other verb");
    }

    #[test]
    fn every_path_names_a_method_and_fields_that_are_there() {
        for route in &*ROUTES {
            let input = input_of(route.service, route.method)
                .unwrap_or_else(|| panic!("{} is no method", route.method));
            for segment in &route.segments {
                if let Segment::Field(name) = segment {
                    assert!(
                        resolve(&input, name).is_some(),
                        "{} has no field {name}",
                        route.method
                    );
                }
            }
        }
    }

    /// The bindings of a service's source, as `routes.txt` writes them.
    fn bindings(service: &str, source: &str) -> Vec<String> {
        let mut found = Vec::new();
        let (mut method, mut binding) = ("", None);
        let lines = source.lines().map(str::trim);
        for line in lines.filter(|line| !line.starts_with("//")) {
            let quoted = || line.split('"').nth(1).unwrap_or_default();
            if let Some(rest) = line.strip_prefix("rpc ") {
                method = rest.split([' ', '(']).next().unwrap_or_default();
            } else if let Some(verb) = ["get", "post", "put", "delete", "patch"]
                .iter()
                .find(|verb| line.starts_with(&format!("{verb}: ")))
            {
                found.extend(binding.replace((verb.to_uppercase(), quoted(), "-", method)));
            } else if line.starts_with("body: ")
                && let Some(binding) = &mut binding
            {
                binding.2 = quoted();
            }
        }
        found.extend(binding);
        let line = |(verb, path, body, method)| format!("{verb} {path} {body} {service}/{method}");
        found.into_iter().map(line).collect()
    }

    /// The folder of the crate that has the sources of Temporal's API.
    fn sources() -> PathBuf {
        // What other platforms need may not be there.
        let rustc = Command::new("rustc").arg("-vV").output();
        let rustc = String::from_utf8(rustc.expect("rustc runs").stdout).expect("it writes text");
        let host = rustc
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .expect("rustc names the host");
        let metadata = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version=1", "--offline", "--locked"])
            .args(["--filter-platform", host])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(metadata.status.success(), "{metadata:?}");
        let metadata: serde_json::Value =
            serde_json::from_slice(&metadata.stdout).expect("cargo answers with JSON");
        let packages = metadata["packages"].as_array().expect("there are packages");
        let manifest = packages
            .iter()
            .find(|package| package["name"] == "temporalio-protos")
            .and_then(|package| package["manifest_path"].as_str())
            .expect("the crate is among them");
        PathBuf::from(manifest)
            .with_file_name("protos")
            .join("api_upstream/temporal/api")
    }

    #[test]
    fn the_paths_are_those_of_the_annotations() {
        let mut annotated = BTreeSet::new();
        for (folder, service) in [
            ("workflowservice", "WorkflowService"),
            ("operatorservice", "OperatorService"),
        ] {
            let path = sources().join(folder).join("v1/service.proto");
            let source = std::fs::read_to_string(path).expect("the crate has the source");
            annotated.extend(bindings(service, &source));
        }
        let listed: BTreeSet<String> = include_str!("routes.txt")
            .lines()
            .map(str::to_owned)
            .collect();
        let missing: Vec<_> = annotated.symmetric_difference(&listed).collect();
        assert!(missing.is_empty(), "routes.txt differs by {missing:#?}");
    }
}
