//! One run of a workflow: activations in, completions out, by the calls that Temporal's worker makes to the SDK, in its order. What
//! the worker does between two calls by leaving the isolate, this does by `yield`: the caller then empties the microtask queue.

const { SdkFlags } = require('@temporalio/workflow/lib/flags');
const { tsToMs } = require('@temporalio/common/lib/time');
const { defaultFailureConverter, defaultPayloadConverter } = require('@temporalio/common');
const { watchRejections } = require('./context.js');
const { explain } = require('./denied.js');
const { decodeActivation, encodeCompletion, withJobs } = require('./codec.js');
const { watchCommands, watchScopes } = require('./cancellation.js');
const { changing, initialInfo } = require('./info.js');
const { deliverSinkCalls } = require('./sinks.js');
const { watchWaiting } = require('./waiting.js');
const { isRunning: isWarmUp } = require('./warm-up.js');

watchScopes();

/** Any activity may be local: whether the worker has it is the worker's to say. */
const EVERY_ACTIVITY = { has: () => true };

class Run {
  constructor(api) {
    this.api = api;
  }

  get activator() {
    return globalThis.__TEMPORAL_ACTIVATOR__;
  }

  /** Takes one activation; each `yield` asks for an empty microtask queue. Returns the bytes of the completion. */
  *activate(bytes) {
    const activation = decodeActivation(bytes);
    let completion;
    try {
      completion = activation.jobs.some(({ queryWorkflow }) => queryWorkflow != null)
        ? yield* this.#queries(activation)
        : yield* this.#jobs(activation);
    } catch (error) {
      completion = { runId: activation.runId, failed: { failure: failure(this.activator, explain(error)) } };
    }
    if (this.activator !== undefined) deliverSinkCalls(this.activator.getAndResetSinkCalls());
    return encodeCompletion(completion);
  }

  *#jobs(activation) {
    const start = activation.jobs.find(({ initializeWorkflow }) => initializeWorkflow != null)?.initializeWorkflow;
    if (start !== undefined) this.#create(activation, start);
    const { activator, api } = this;
    activator.now = tsToMs(activation.timestamp);
    activator.mutateWorkflowInfo((info) => ({
      ...info,
      ...changing(activation),
      unsafe: { ...info.unsafe, isReplaying: activation.isReplaying, isReplayingHistoryEvents: activation.isReplaying },
    }));
    activator.addKnownFlags(activation.availableInternalFlags);
    if (activation.lastSdkVersion) activator.sdkVersion = activation.lastSdkVersion;
    if (start !== undefined) {
      api.initialize(start);
      yield;
    }
    let batchIndex = 0;
    for (const jobs of this.#batches(activation.jobs)) {
      api.activate(withJobs(activation, jobs), batchIndex);
      batchIndex += 1;
      do yield;
      while (api.tryUnblockConditions() > 0);
    }
    const completion = api.concludeActivation();
    yield;
    yield* this.#refuseUnhandledRejections();
    return completion;
  }

  *#queries(activation) {
    const { activator, api } = this;
    activator.mutateWorkflowInfo((info) => ({
      ...info,
      // A query reads what is there now; it replays nothing, though it may change nothing either.
      unsafe: { ...info.unsafe, isReplaying: true, isReplayingHistoryEvents: false },
    }));
    api.activate(activation);
    yield;
    return api.concludeActivation();
  }

  #create(activation, job) {
    this.api.initRuntime({
      info: initialInfo(activation, job),
      randomnessSeed: job.randomnessSeed.toBytes(),
      now: tsToMs(activation.timestamp),
      showStackTraceSources: false,
      sourceMap: undefined,
      getTimeOfDay: () => BigInt(this.activator.now) * 1_000_000n,
      registeredActivityNames: EVERY_ACTIVITY,
      // The SDK's own way needs hooks for promises: see `waiting.js`.
      stackTracesEnabled: false,
    });
    watchCommands(this.activator);
    watchWaiting(this.activator);
    if (isWarmUp()) useOwnConverters(this.activator);
  }

  /** The jobs in the order of Temporal's worker: patches and a new seed first, then all at once or, by an old flag, signals first. */
  #batches(jobs) {
    const { activator } = this;
    const rest = [];
    for (const job of jobs) {
      if (job.notifyHasPatch != null) activator.notifyHasPatch(job.notifyHasPatch);
      else rest.push(job);
    }
    const hasSignals = jobs.some(({ signalWorkflow }) => signalWorkflow != null);
    if (hasSignals && !activator.hasFlag(SdkFlags.ProcessWorkflowActivationJobsAsSingleBatch)) {
      const isSignal = ({ signalWorkflow }) => signalWorkflow != null;
      return [rest.filter(isSignal), rest.filter((job) => !isSignal(job))].filter((batch) => batch.length > 0);
    }
    const seed = rest.findLast(({ updateRandomSeed }) => updateRandomSeed != null);
    if (seed === undefined) return [rest];
    activator.updateRandomSeed(seed.updateRandomSeed);
    return [rest.filter(({ updateRandomSeed }) => updateRandomSeed == null)];
  }

  *#refuseUnhandledRejections() {
    let found;
    watchRejections((reason) => {
      found = { reason };
    });
    yield;
    if (found === undefined) return;
    const error = new Error(`Unhandled Promise rejection: ${found.reason}`, { cause: found.reason });
    error.name = 'UnhandledRejectionError';
    this.activator.workflowTaskError = error;
    throw error;
  }
}

/** The author's converters are not to be called before a run is there. */
function useOwnConverters(activator) {
  activator.payloadConverter = defaultPayloadConverter;
  activator.failureConverter = defaultFailureConverter;
}

/** What the SDK makes of an error; before the SDK is there, the bare message. */
function failure(activator, error) {
  if (activator !== undefined) return activator.errorToFailure(error);
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stackTrace: stack, source: 'TypeScriptSDK', applicationFailureInfo: { type: name, nonRetryable: false } };
}

module.exports = { Run };
