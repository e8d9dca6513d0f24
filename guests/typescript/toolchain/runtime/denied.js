//! What the engine has and a workflow may not use: each name throws, in words, with what to use instead. Everything that is
//! deterministic stays as it is.

const { DeterminismViolationError } = require('@temporalio/workflow/lib/errors.js');

const ACTIVITY = 'do that in an activity';
const NETWORK = `a workflow has no network; make the request in an activity`;
const RANDOM = 'a workflow has no randomness of its own; use Math.random() or uuid4() of @temporalio/workflow, whose seed comes from history';

/** Globals that reach outside, and what to say. */
const GLOBALS = {
  fetch: NETWORK,
  Request: NETWORK,
  Response: NETWORK,
  Headers: NETWORK,
  FormData: NETWORK,
  MultipartFormData: NETWORK,
  crypto: RANDOM,
  Crypto: RANDOM,
  CryptoKey: RANDOM,
  SubtleCrypto: RANDOM,
  performance: 'a workflow has no clock; use Date.now(), which is the time of the workflow',
  Performance: 'a workflow has no clock; use Date.now(), which is the time of the workflow',
  location: 'a workflow has no address; pass what it needs as input',
  WorkerLocation: 'a workflow has no address; pass what it needs as input',
  Blob: ACTIVITY,
  File: 'a workflow has no files; pass the data as input, or read it in an activity',
  ReadableStream: ACTIVITY,
  WritableStream: ACTIVITY,
  TransformStream: ACTIVITY,
  CompressionStream: ACTIVITY,
  DecompressionStream: ACTIVITY,
  setInterval: 'use a loop with sleep() of @temporalio/workflow',
  clearInterval: 'use a loop with sleep() of @temporalio/workflow',
  addEventListener: 'a workflow hears signals and updates: use setHandler() of @temporalio/workflow',
  removeEventListener: 'a workflow hears signals and updates: use setHandler() of @temporalio/workflow',
  dispatchEvent: 'use a signal',
  process: 'a workflow has no process and no environment; pass settings as workflow input or memo',
  Atomics: 'a workflow has one thread; start activities or child workflows',
  SharedArrayBuffer: 'a workflow has one thread; start activities or child workflows',
  Worker: 'a workflow has one thread; start activities or child workflows',
  WebSocket: NETWORK,
  XMLHttpRequest: NETWORK,
  Intl: 'the engine has no locale data; format in an activity or in the client',
};
/** Libraries ask for these by `typeof`, so they must look as if they were not there rather than throw when they are read. */
const ABSENT = new Set(['process', 'Atomics', 'SharedArrayBuffer', 'Worker', 'WebSocket', 'XMLHttpRequest', 'Intl', 'location', 'WorkerLocation']);

/** Takes away every global of the list. Those that libraries look for are gone; the others say why when they are called. */
function denyGlobals() {
  for (const [name, instead] of Object.entries(GLOBALS)) {
    delete globalThis[name];
    if (ABSENT.has(name)) continue;
    Object.defineProperty(globalThis, name, { value: refusal(name, instead), writable: true, enumerable: false, configurable: true });
  }
}

/** A function, constructor and object in one, of which any use throws. */
function refusal(name, instead) {
  const refuse = (what) => {
    throw new DeterminismViolationError(`${what} cannot be used in workflows: ${instead}`);
  };
  return new Proxy(function () {}, {
    apply: () => refuse(name),
    construct: () => refuse(`new ${name}`),
    get: (target, key) => (key === Symbol.hasInstance || key === 'prototype' ? Reflect.get(target, key) : refuse(`${name}.${String(key)}`)),
  });
}

/** What stands for a module that workflow code imports and may not use: it can be imported, and throws when it is used. */
function deniedModule(name, instead) {
  const denied = new Proxy(refusal(name, instead), {
    get: (target, key) => {
      if (key === '__esModule' || key === 'then' || typeof key === 'symbol') return undefined;
      if (key === 'default') return denied;
      return refusal(`${name}.${key}`, instead);
    },
    // The bundler makes namespaces that inherit from a module, and copies the names that it has: this one has any name.
    getPrototypeOf: () => denied,
  });
  return denied;
}

module.exports = { deniedModule, denyGlobals };
