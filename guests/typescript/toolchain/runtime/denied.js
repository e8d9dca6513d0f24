//! What the engine has and a workflow may not use: each use throws, in words, with the author's file and line. Everything that is
//! deterministic stays as it is. The words are in `words.js`.

const { DeterminismViolationError } = require('@temporalio/workflow/lib/errors.js');
const { authorPlace } = require('./stack.js');
const { ABSENT, GLOBALS, LATE_IMPORT, ofGlobal } = require('./words.js');

/** What a function has of its own, whatever it does. */
const OF_FUNCTIONS = new Set(['apply', 'bind', 'call', 'length', 'name', 'prototype', 'toString', Symbol.hasInstance]);

/** Takes away every global of the lists. */
function denyGlobals() {
  for (const name of Object.keys(ABSENT)) delete globalThis[name];
  for (const name of Object.keys(GLOBALS)) {
    delete globalThis[name];
    define(name, refusal(name, ofGlobal(name), (member) => ofGlobal(name, member)));
  }
  // What the bundler could not resolve is asked for by this name.
  define('require', (name) => refuse(`import of '${name}'`, LATE_IMPORT));
}

function define(name, value) {
  Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
}

function refuse(what, words) {
  throw new DeterminismViolationError(message(what, words, authorPlace(new Error())));
}

function message(what, words, place) {
  return `${what} is refused${place === undefined ? '' : ` at ${place}`}: ${words}`;
}

/** A function, constructor and object in one. It can be looked at, so that libraries find what they look for; to use it throws. */
function refusal(name, words, ofMember = () => words) {
  return new Proxy(function () {}, {
    apply: () => refuse(`${name}()`, words),
    construct: () => refuse(`new ${name}()`, words),
    get(target, key) {
      if (OF_FUNCTIONS.has(key)) return Reflect.get(target, key);
      if (key === Symbol.toPrimitive) return refuse(name, words);
      if (typeof key === 'symbol' || key === 'then') return undefined;
      return refusal(`${name}.${key}`, ofMember(key));
    },
    set: (_, key) => refuse(`${name}.${String(key)}`, words),
  });
}

/** What stands for a module that workflow code imports and may not use: it can be imported, and throws when it is used. */
function deniedModule(name, words) {
  const denied = new Proxy(refusal(name, words), {
    get: (target, key) => {
      if (key === '__esModule' || key === 'then' || typeof key === 'symbol') return undefined;
      if (key === 'default') return denied;
      return refusal(`${name}.${key}`, words);
    },
    // The bundler makes namespaces that inherit from a module, and copies the names that it has: this one has any name.
    getPrototypeOf: () => denied,
  });
  return denied;
}

/** Says more of an error that the engine raises for a name that is not there. */
function explain(error) {
  const name = error instanceof ReferenceError ? /^(\w+) is not defined$/.exec(error.message)?.[1] : undefined;
  if (name === undefined || !Object.hasOwn(ABSENT, name)) return error;
  const { stack } = error;
  const told = message(name, ABSENT[name], authorPlace(error));
  const explained = new DeterminismViolationError(told);
  explained.stack = stack.replace(String(error), String(explained));
  return explained;
}

module.exports = { deniedModule, denyGlobals, explain };
