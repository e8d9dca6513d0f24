//! Activations as the core SDK makes them, in short: time moves on by a second with each.

const START_SECONDS = 1_700_000_000;

export const payload = (value) => ({ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) });

export class Activations {
  #count = 0;

  constructor(workflowType, args = [], rest = {}) {
    this.initialize = {
      initializeWorkflow: {
        workflowType,
        workflowId: 'workflow',
        arguments: args.map(payload),
        randomnessSeed: 1234567,
        firstExecutionRunId: 'run',
        attempt: 1,
        startTime: { seconds: START_SECONDS },
        workflowTaskTimeout: { seconds: 10 },
        ...rest,
      },
    };
  }

  /** The first activation, with other jobs after the start. */
  start(...jobs) {
    return this.of(this.initialize, ...jobs);
  }

  of(...jobs) {
    this.#count += 1;
    return {
      runId: 'run',
      timestamp: { seconds: START_SECONDS + this.#count },
      isReplaying: false,
      historyLength: this.#count * 3,
      historySizeBytes: 100,
      availableInternalFlags: [],
      jobs,
    };
  }
}

export const fireTimer = (seq) => ({ fireTimer: { seq } });
export const resolveActivity = (seq, value) => ({ resolveActivity: { seq, result: { completed: { result: payload(value) } } } });
export const failActivity = (seq, message) => ({
  resolveActivity: { seq, result: { failed: { failure: { message: 'activity failed', activityFailureInfo: { activityType: { name: 'greet' }, activityId: '1' }, cause: { message, applicationFailureInfo: { type: 'Error' } } } } } },
});
export const signal = (signalName, ...args) => ({ signalWorkflow: { signalName, input: args.map(payload) } });
export const query = (queryType, ...args) => ({ queryWorkflow: { queryId: 'q', queryType, arguments: args.map(payload) } });
export const update = (name, ...args) => ({ doUpdate: { id: `id-${name}`, protocolInstanceId: `p-${name}`, name, input: args.map(payload), runValidator: true, meta: { updateId: `id-${name}`, identity: 'me' } } });
