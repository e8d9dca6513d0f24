//! Links to events of workflows, as Nexus has them: URLs of our own scheme with a type beside them.

use temporalio_protos::temporal::api::{
    common::v1::{
        Link,
        link::{
            Variant, WorkflowEvent,
            workflow_event::{EventReference, Reference, RequestIdReference},
        },
    },
    enums::v1::EventType,
    nexus::v1::Link as NexusLink,
};

/// The type of links to events, as SDKs and Temporal's server write it.
const WORKFLOW_EVENT: &str = "temporal.api.common.v1.Link.WorkflowEvent";
const EVENT: &str = "EventReference";
const REQUEST: &str = "RequestIdReference";

/// A link to an event of a workflow.
pub(crate) fn to_nexus(event: &WorkflowEvent) -> NexusLink {
    let path = [&event.namespace, &event.workflow_id, &event.run_id].map(|part| escape(part));
    let [namespace, workflow_id, run_id] = path;
    let query = match &event.reference {
        Some(Reference::EventRef(event)) => format!(
            "?eventID={}&eventType={}&referenceType={EVENT}",
            event.event_id,
            short_name(event.event_type())
        ),
        Some(Reference::RequestIdRef(request)) => format!(
            "?eventType={}&referenceType={REQUEST}&requestID={}",
            short_name(request.event_type()),
            escape(&request.request_id)
        ),
        None => String::new(),
    };
    NexusLink {
        url: format!(
            "temporal:///namespaces/{namespace}/workflows/{workflow_id}/{run_id}/history{query}"
        ),
        r#type: WORKFLOW_EVENT.into(),
    }
}

/// The links that a handler gave, as far as they are to events of workflows.
pub(crate) fn from_nexus(links: &[NexusLink]) -> Vec<Link> {
    links.iter().filter_map(read).collect()
}

fn read(link: &NexusLink) -> Option<Link> {
    if link.r#type != WORKFLOW_EVENT {
        return None;
    }
    let rest = link.url.strip_prefix("temporal:///namespaces/")?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = path.split('/');
    let namespace = unescape(parts.next()?)?;
    (parts.next()? == "workflows").then_some(())?;
    let workflow_id = unescape(parts.next()?)?;
    let run_id = unescape(parts.next()?)?;
    (parts.next()? == "history" && parts.next().is_none()).then_some(())?;
    let value = |name: &str| {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(known, _)| *known == name)
            .and_then(|(_, value)| unescape(value))
            .unwrap_or_default()
    };
    let event_type = event_type_of(&value("eventType")) as i32;
    let reference = match value("referenceType").as_str() {
        EVENT => Some(Reference::EventRef(EventReference {
            event_id: value("eventID").parse().unwrap_or(0),
            event_type,
        })),
        REQUEST => Some(Reference::RequestIdRef(RequestIdReference {
            request_id: value("requestID"),
            event_type,
        })),
        _ => None,
    };
    Some(Link {
        variant: Some(Variant::WorkflowEvent(WorkflowEvent {
            namespace,
            workflow_id,
            run_id,
            reference,
        })),
    })
}

/// `WORKFLOW_EXECUTION_STARTED` as `WorkflowExecutionStarted`.
fn short_name(event_type: EventType) -> String {
    let name = event_type.as_str_name().trim_start_matches("EVENT_TYPE_");
    name.split('_')
        .map(|word| {
            let (first, rest) = word.split_at(usize::from(!word.is_empty()));
            format!("{first}{}", rest.to_ascii_lowercase())
        })
        .collect()
}

/// Both spellings are in use.
fn event_type_of(name: &str) -> EventType {
    if let Some(known) = EventType::from_str_name(name) {
        return known;
    }
    let mut long = String::from("EVENT_TYPE");
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            long.push('_');
        }
        long.push(letter.to_ascii_uppercase());
    }
    EventType::from_str_name(&long).unwrap_or(EventType::Unspecified)
}

fn escape(part: &str) -> String {
    let mut escaped = String::with_capacity(part.len());
    for byte in part.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

fn unescape(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
        rest = after;
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(reference: Option<Reference>) -> WorkflowEvent {
        WorkflowEvent {
            namespace: "a b".into(),
            workflow_id: "w/1?é".into(),
            run_id: "r".into(),
            reference,
        }
    }

    #[test]
    fn a_link_is_read_as_it_was_written() {
        let event_ref = Reference::EventRef(EventReference {
            event_id: 5,
            event_type: EventType::NexusOperationScheduled as i32,
        });
        let request_ref = Reference::RequestIdRef(RequestIdReference {
            request_id: "a&b".into(),
            event_type: EventType::WorkflowExecutionOptionsUpdated as i32,
        });
        for reference in [Some(event_ref), Some(request_ref), None] {
            let event = event(reference);
            let link = to_nexus(&event);
            let read = from_nexus(std::slice::from_ref(&link));
            let expected = Link {
                variant: Some(Variant::WorkflowEvent(event)),
            };
            assert_eq!(read, [expected], "{}", link.url);
        }
    }

    #[test]
    fn a_link_is_written_as_temporal_writes_it() {
        let link = to_nexus(&WorkflowEvent {
            namespace: "default".into(),
            workflow_id: "w".into(),
            run_id: "r".into(),
            reference: Some(Reference::EventRef(EventReference {
                event_id: 5,
                event_type: EventType::NexusOperationScheduled as i32,
            })),
        });
        assert_eq!(
            link.url,
            "temporal:///namespaces/default/workflows/w/r/history?eventID=5&eventType=NexusOperationScheduled&referenceType=EventReference"
        );
    }

    #[test]
    fn what_is_no_link_of_ours_is_passed_over() {
        for url in [
            "http://example.com",
            "temporal:///namespaces/n/workflows/w/r",
            "temporal:///namespaces/n/workflows/%zz/r/history",
            "temporal:///namespaces/n/workflows/w/%e/history",
        ] {
            let link = NexusLink {
                url: url.into(),
                r#type: WORKFLOW_EVENT.into(),
            };
            assert!(from_nexus(&[link]).is_empty(), "{url}");
        }
    }
}
