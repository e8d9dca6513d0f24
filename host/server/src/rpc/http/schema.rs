//! The messages of the API, by which JSON is read and written.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor};

use super::routes::ServiceName;

/// Unpacked by the first who needs it: it takes some milliseconds and megabytes.
static SCHEMA: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(sundial_proto::TEMPORAL_DESCRIPTORS)
        .expect("the schema that was compiled in can be unpacked")
});

/// What the messages of a method look like; `None` for a method that the service has not.
pub(super) fn method(service: ServiceName, name: &str) -> Option<MethodDescriptor> {
    let service = SCHEMA.get_service_by_name(service.full())?;
    service.methods().find(|method| method.name() == name)
}

/// A message by its full name.
pub(super) fn message(name: &str) -> Option<MessageDescriptor> {
    SCHEMA.get_message_by_name(name)
}

/// A field by its name in the schema or in JSON.
pub(super) fn field(message: &MessageDescriptor, name: &str) -> Option<FieldDescriptor> {
    message
        .get_field_by_name(name)
        .or_else(|| message.get_field_by_json_name(name))
}

/// The fields that a name with dots leads through, from the outermost on.
pub(super) fn resolve(message: &MessageDescriptor, name: &str) -> Option<Vec<FieldDescriptor>> {
    let mut fields: Vec<FieldDescriptor> = Vec::new();
    for part in name.split('.') {
        let parent = match fields.last().map(FieldDescriptor::kind) {
            None => message.clone(),
            Some(Kind::Message(inner)) => inner,
            Some(_) => return None,
        };
        fields.push(field(&parent, part)?);
    }
    Some(fields)
}

#[cfg(test)]
pub(super) fn input_of(service: ServiceName, name: &str) -> Option<MessageDescriptor> {
    method(service, name).map(|method| method.input())
}
