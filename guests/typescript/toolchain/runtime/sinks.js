//! Where sink calls go: to the log of the run. The logger's own sink becomes plain lines, any other a line that names it. The host
//! leaves lines out while history is replayed, and adds the run's ids itself.

const { log } = require('sundial:host');

const LOGGERS = new Set(['__temporal_logger', 'defaultWorkerLogger']);
/** Attributes that every line of a run has anyway. */
const KNOWN = new Set(['namespace', 'taskQueue', 'workflowId', 'runId', 'workflowType', 'sdkComponent']);

function deliverSinkCalls(calls) {
  for (const { ifaceName, fnName, args } of calls) {
    if (LOGGERS.has(ifaceName)) {
      const [message, attributes] = args;
      log(fnName, String(message) + extra(attributes));
    } else {
      log('info', `${ifaceName}.${fnName}(${args.map((one) => JSON.stringify(one)).join(', ')})`);
    }
  }
}

function extra(attributes) {
  const own = Object.entries(attributes ?? {}).filter(([key]) => !KNOWN.has(key));
  return own.length === 0 ? '' : ` ${JSON.stringify(Object.fromEntries(own))}`;
}

module.exports = { deliverSinkCalls };
