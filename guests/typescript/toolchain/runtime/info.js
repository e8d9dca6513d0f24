//! What `workflowInfo()` says, from an activation and from what the host knows of the run.

const { TypedSearchAttributes, decodePriority, decompileRetryPolicy, convertDeploymentVersion } = require('@temporalio/common');
const { suggestContinueAsNewReasonsFromProto } = require('@temporalio/common/lib/continue-as-new');
const { optionalTsToDate, optionalTsToMs, tsToDate } = require('@temporalio/common/lib/time');
const { run } = require('sundial:host');

/** What a server takes for a workflow that names none. */
const USUAL_TASK_TIMEOUT_MS = 10_000;

/** The info of a run that starts. Payloads are decoded later, by the SDK. */
function initialInfo(activation, job) {
  const { namespace, taskQueue } = run();
  return {
    workflowId: job.workflowId,
    runId: activation.runId,
    workflowType: job.workflowType,
    searchAttributes: {},
    typedSearchAttributes: new TypedSearchAttributes(),
    parent: whole(job.parentWorkflowInfo, ['workflowId', 'runId', 'namespace']),
    root: whole(job.rootWorkflow, ['workflowId', 'runId']),
    taskQueue,
    namespace,
    firstExecutionRunId: job.firstExecutionRunId,
    originalExecutionRunId: job.originalExecutionRunId ?? activation.runId,
    continuedFromExecutionRunId: job.continuedFromExecutionRunId || undefined,
    startTime: optionalTsToDate(job.startTime) ?? tsToDate(activation.timestamp),
    runStartTime: tsToDate(activation.timestamp),
    executionTimeoutMs: optionalTsToMs(job.workflowExecutionTimeout),
    executionExpirationTime: optionalTsToDate(job.workflowExecutionExpirationTime),
    runTimeoutMs: optionalTsToMs(job.workflowRunTimeout),
    taskTimeoutMs: optionalTsToMs(job.workflowTaskTimeout) ?? USUAL_TASK_TIMEOUT_MS,
    retryPolicy: decompileRetryPolicy(job.retryPolicy),
    attempt: job.attempt,
    cronSchedule: job.cronSchedule || undefined,
    // 0 is the default and no valid value: crons are at least a minute apart.
    cronScheduleToScheduleInterval: optionalTsToMs(job.cronScheduleToScheduleInterval) || undefined,
    ...changing(activation),
    unsafe: { isReplaying: activation.isReplaying, isReplayingHistoryEvents: activation.isReplaying },
    priority: decodePriority(job.priority),
  };
}

/** The part of the info that each activation brings anew. */
function changing(activation) {
  return {
    historyLength: activation.historyLength,
    historySize: activation.historySizeBytes?.toNumber() ?? 0,
    continueAsNewSuggested: activation.continueAsNewSuggested ?? false,
    targetWorkerDeploymentVersionChanged: activation.targetWorkerDeploymentVersionChanged ?? false,
    suggestedContinueAsNewReasons: suggestContinueAsNewReasonsFromProto(activation.suggestContinueAsNewReasons),
    currentBuildId: activation.deploymentVersionForCurrentTask?.buildId ?? '',
    currentDeploymentVersion: convertDeploymentVersion(activation.deploymentVersionForCurrentTask),
  };
}

/** The named fields of a message, if it has all of them. */
function whole(message, fields) {
  if (message == null || fields.some((field) => !message[field])) return undefined;
  return Object.fromEntries(fields.map((field) => [field, message[field]]));
}

module.exports = { changing, initialInfo };
