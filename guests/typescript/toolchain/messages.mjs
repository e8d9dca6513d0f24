//! The part of Temporal's message definitions that an activation and a completion reach, as protobufjs reads it. It takes them from
//! the SDK that the workflow is built with, so both always agree.

const ROOTS = ['coresdk.workflow_activation.WorkflowActivation', 'coresdk.workflow_completion.WorkflowActivationCompletion'];

/** @param root protobufjs's root of all of Temporal's messages */
export function reachableMessages(root) {
  const kept = new Map();
  const visit = (object) => {
    const name = object.fullName.slice(1);
    if (kept.has(name)) return;
    kept.set(name, object);
    if (object.fieldsArray === undefined) return;
    for (const field of object.fieldsArray) {
      field.resolve();
      if (field.resolvedType) visit(field.resolvedType);
    }
  };
  for (const name of ROOTS) visit(root.lookupType(name));
  const result = { nested: {} };
  for (const [name, object] of [...kept].sort(([one], [other]) => (one < other ? -1 : 1))) {
    place(result, name.split('.'), own(object));
  }
  return result;
}

/** A definition without those that are nested in it: each is kept for itself, or not at all. */
function own(object) {
  const { nested: _, comment: __, ...definition } = object.toJSON();
  return definition;
}

function place(root, path, definition) {
  const parent = path.slice(0, -1).reduce((namespace, part) => {
    namespace.nested ??= {};
    namespace.nested[part] ??= {};
    return namespace.nested[part];
  }, root);
  parent.nested ??= {};
  parent.nested[path.at(-1)] = { ...definition, ...parent.nested[path.at(-1)] };
}
