//! Activations from bytes and completions to bytes. The messages are those of Temporal's own definitions, of which the build keeps
//! what these two reach.

const protobuf = require('protobufjs/light');
const Long = require('long');
const descriptors = require('sundial:messages');

protobuf.util.Long = Long;
protobuf.configure();
const root = protobuf.Root.fromJSON(descriptors);
const Activation = root.lookupType('coresdk.workflow_activation.WorkflowActivation').setup();
const Completion = root.lookupType('coresdk.workflow_completion.WorkflowActivationCompletion').setup();

const decodeActivation = (bytes) => Activation.decode(bytes);
const encodeCompletion = (completion) => Completion.encode(completion).finish();
/** A copy of an activation with other jobs; `variant` of a job works on it as on the original. */
const withJobs = (activation, jobs) => Object.assign(Object.create(activation), { jobs });

module.exports = { decodeActivation, encodeCompletion, withJobs };
