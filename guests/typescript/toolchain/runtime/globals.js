//! The globals that Temporal's worker gives to workflow code, on this engine. It must be the first module that is evaluated: the
//! SDK takes AsyncLocalStorage and Promise as it finds them.

const host = require('sundial:host');
const context = require('./context.js');
const { mapStacks } = require('./stack.js');
const { assert } = require('./assert.js');

const LEVELS = { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' };

globalThis.__sundial_async = context.runAsync;
globalThis.Promise = context.Promise;
globalThis.queueMicrotask = context.queueMicrotask;
Object.assign(globalThis, { AsyncLocalStorage: context.AsyncLocalStorage, assert, global: globalThis });
globalThis.console = Object.fromEntries(
  Object.entries(LEVELS).map(([name, level]) => [name, (...args) => host.log(level, args.map(text).join(' '))]),
);
globalThis.console.trace = globalThis.console.debug;
mapStacks();

function text(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.stack;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
