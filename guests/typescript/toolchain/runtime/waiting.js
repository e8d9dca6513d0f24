//! Where a run waits, for the queries `__stack_trace` and `__enhanced_stack_trace`. The SDK would note the stack of every promise, which
//! takes an engine with hooks for promises; here it is the stack of every command and condition that is still open.

const { framesOf } = require('./stack.js');

const BEGAN = Symbol('where it began');

/** Notes where what a run waits for began, and lets the SDK's queries tell it. */
function watchWaiting(activator) {
  const places = [...Object.values(activator.completions), activator.blockedConditions];
  for (const open of places) {
    const { set } = open;
    open.set = (seq, waiting) => {
      waiting[BEGAN] = new Error();
      return set.call(open, seq, waiting);
    };
  }
  activator.getStackTraces = () => {
    const traces = new Map();
    for (const open of places) {
      for (const { [BEGAN]: began } of open.values()) {
        const trace = traceOf(began);
        traces.set(trace.formatted, trace);
      }
    }
    return [...traces.values()];
  };
}

/** The author's own frames; if there are none, all. */
function traceOf(began) {
  const all = framesOf(began);
  const own = all.filter(({ isOwn }) => isOwn);
  const frames = own.length > 0 ? own : all;
  return {
    formatted: frames.map(({ text }) => text).join('\n'),
    structured: frames.map(({ name, file, line }) => ({ function_name: name, file_path: file, line, internal_code: false })),
  };
}

module.exports = { watchWaiting };
