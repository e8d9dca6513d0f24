//! Drives the workflow of `runtime/warm-up.js` in an engine that has just loaded a project, through the same exports that a host calls.
//! What comes of it does not matter, as long as it goes well: see there why it is run.

import { createRequire } from 'node:module';

const GUEST = 'sundial:workflow/guest@0.1.0#';
const ROUNDS = 3;
const SECONDS = 1_000_000_000;

/** The workflow did not get to its end, so the engine is in no state to be kept. */
export class WarmUpError extends Error {}

/** @param exports those of the engine's instance; afterwards no run has been, as far as a script can tell */
export function warmUp(exports) {
  const { coresdk } = createRequire(import.meta.url)('@temporalio/proto');
  const { WorkflowActivation } = coresdk.workflow_activation;
  const { WorkflowActivationCompletion } = coresdk.workflow_completion;
  let count = 0;
  const activate = (...jobs) => {
    count += 1;
    const activation = { runId: 'run', timestamp: { seconds: SECONDS + count }, historyLength: 3 * count, jobs };
    const completion = WorkflowActivationCompletion.decode(call(exports, WorkflowActivation.encode(WorkflowActivation.fromObject(activation)).finish()));
    if (completion.successful == null) throw new WarmUpError(completion.failed?.failure?.message ?? 'no completion');
    return completion.successful.commands;
  };
  let commands = activate(start());
  for (let step = 0; !commands.some(({ completeWorkflowExecution }) => completeWorkflowExecution != null); step += 1) {
    if (step > 100) throw new WarmUpError('the workflow does not end');
    const jobs = commands.flatMap((command) => answers(command));
    // A condition waits for this.
    const more = jobs.length > 0 ? [] : [signal(step), update(`more ${step}`), update('')];
    activate({ queryWorkflow: { queryId: 'q', queryType: 'said' } });
    commands = activate(...jobs, ...more);
  }
  exports[`cabi_post_${GUEST}describe`](exports[`${GUEST}describe`]());
}

function call(exports, bytes) {
  const at = exports.cabi_realloc(0, 0, 1, bytes.length);
  Buffer.from(exports.memory.buffer).set(bytes, at);
  const result = exports[`${GUEST}activate`](at, bytes.length);
  const memory = Buffer.from(exports.memory.buffer);
  const completion = Buffer.from(memory.subarray(memory.readUInt32LE(result), memory.readUInt32LE(result) + memory.readUInt32LE(result + 4)));
  exports[`cabi_post_${GUEST}activate`](result);
  return completion;
}

const payload = (value) => ({ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) });

const start = () => ({
  initializeWorkflow: {
    workflowType: 'warmUp',
    workflowId: 'workflow',
    arguments: [payload({ rounds: ROUNDS })],
    randomnessSeed: 1,
    attempt: 1,
    firstExecutionRunId: 'run',
    startTime: { seconds: SECONDS },
    workflowTaskTimeout: { seconds: 10 },
  },
});
const signal = (value) => ({ signalWorkflow: { signalName: 'say', input: [payload(value)] } });
const update = (value) => ({
  doUpdate: { id: `id ${value}`, protocolInstanceId: `id ${value}`, name: 'add', input: [payload(value)], runValidator: true, meta: { updateId: `id ${value}`, identity: 'build' } },
});

const HOUR_SECONDS = 3600;
const FAILED = {
  message: 'activity failed',
  activityFailureInfo: { activityType: { name: 'greet' }, activityId: '1' },
  cause: { message: 'refused', source: 'build', stackTrace: 'somewhere', applicationFailureInfo: { type: 'Error' } },
};

/** What a server would answer to a command; timers of an hour never fire. */
function answers({ scheduleActivity, scheduleLocalActivity, startTimer, startChildWorkflowExecution: child }) {
  if (startTimer != null) return Number(startTimer.startToFireTimeout.seconds) < HOUR_SECONDS ? [{ fireTimer: { seq: startTimer.seq } }] : [];
  if (child != null) {
    return [
      { resolveChildWorkflowExecutionStart: { seq: child.seq, succeeded: { runId: 'child' } } },
      { resolveChildWorkflowExecution: { seq: child.seq, result: { completed: { result: payload('done') } } } },
    ];
  }
  const activity = scheduleActivity ?? scheduleLocalActivity;
  if (activity == null) return [];
  const isBob = Buffer.from(activity.arguments[0].data).toString() === '"Bob"';
  return [{ resolveActivity: { seq: activity.seq, result: isBob ? { failed: { failure: FAILED } } : { completed: { result: payload('hello') } } } }];
}
