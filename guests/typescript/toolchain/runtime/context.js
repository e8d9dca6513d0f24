//! AsyncLocalStorage and unhandled rejections for an engine that has neither. The context travels with every reaction to a promise,
//! and every way to reject one is watched. `async` functions are lowered to promises by the bundler, so that everything passes
//! through here. Promises stay the engine's own, and so does the order of microtasks.

const { keptOf, react: reactLater, runExecutor, settle } = require('./reactions.js');

const EnginePromise = globalThis.Promise;
const engineThen = EnginePromise.prototype.then;
const engineResolve = EnginePromise.resolve.bind(EnginePromise);
/** Marks a promise that somebody reacts to. */
const HANDLED = Symbol('handled');
const EMPTY = new Map();
let context = EMPTY;
/** Promises that were rejected, or may have been, since the last time somebody asked. */
let rejected = [];
/** Who hears of rejections that nothing handles. */
let reporter = () => {};

/** The `Promise` that workflow code sees: it makes the engine's promises, and knows when they are rejected. */
function WorkflowPromise(executor) {
  if (new.target === undefined) throw new TypeError("Promise constructor can't be invoked without `new`");
  if (typeof executor !== 'function') throw new TypeError('Promise resolver is not a function');
  // The executor runs before the promise can be named.
  const link = { promise: undefined, reject: undefined, given: undefined, untilSettled: undefined, isNextUntilSettled: false };
  const watched = (resolve, reject) => execute(executor, resolve, reject, link);
  link.promise = new.target === WorkflowPromise ? new EnginePromise(watched) : Reflect.construct(EnginePromise, [watched], new.target);
  return link.promise;
}

function execute(executor, resolve, reject, link) {
  // The first call counts. After it nothing is held: the SDK keeps these functions as long as their scope can be cancelled.
  const settleBy = (way, value, mayReject) => {
    if (link === undefined) return;
    if (mayReject) rejected.push(link);
    if (link.promise !== undefined) settle(link.promise);
    way(value);
    for (const reaction of link.untilSettled ?? []) reaction.remove();
    resolve = undefined;
    reject = undefined;
    link = undefined;
  };
  const watchedReject = (reason) => settleBy(reject, reason, true);
  link.reject = watchedReject;
  try {
    runExecutor(link, () => executor((value) => settleBy(resolve, value, isThenable(value)), watchedReject));
  } catch (error) {
    watchedReject(error);
  }
}

function isThenable(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function') && 'then' in value;
}

/** The promise itself, if it is one, as `Promise.resolve` and `await` take it. */
function resolved(value) {
  return value instanceof EnginePromise && value.constructor === WorkflowPromise ? value : engineResolve(value);
}

Object.defineProperties(WorkflowPromise, {
  name: { value: 'Promise' },
  length: { value: 1 },
  prototype: { value: EnginePromise.prototype, writable: false },
  [Symbol.species]: {
    // What `then` returns is the engine's own, unless the author made a class of promises.
    get() {
      return this === WorkflowPromise ? EnginePromise : this;
    },
  },
});
for (const name of ['all', 'allSettled', 'any', 'race', 'withResolvers', 'try']) {
  if (typeof EnginePromise[name] !== 'function') continue;
  Object.defineProperty(WorkflowPromise, name, { value: EnginePromise[name], writable: true, configurable: true });
}
Object.assign(WorkflowPromise, {
  resolve(value) {
    return this === WorkflowPromise || this === undefined ? resolved(value) : EnginePromise.resolve.call(this, value);
  },
  reject(reason) {
    return new this((_, reject) => reject(reason));
  },
});
Object.defineProperties(EnginePromise.prototype, {
  constructor: { value: WorkflowPromise, writable: true, configurable: true },
  then: {
    value: function then(onFulfilled, onRejected) {
      this[HANDLED] = true;
      const link = { promise: undefined, context };
      const fulfilled = typeof onFulfilled === 'function' ? (value) => react(onFulfilled, value, link) : undefined;
      const refused = (reason) => react(typeof onRejected === 'function' ? onRejected : rethrow, reason, link);
      const kept = keptOf(this);
      link.promise = kept === undefined ? engineThen.call(this, fulfilled, refused) : reactLater(kept, fulfilled, refused, onRejected);
      return link.promise;
    },
    writable: true,
    configurable: true,
  },
});

/** Calls a reaction in the context that it was given in, and watches what becomes of the promise that follows from it. */
function react(reaction, value, link) {
  const previous = context;
  context = link.context;
  try {
    const result = reaction(value);
    if (isThenable(result)) rejected.push(link);
    return result;
  } catch (error) {
    rejected.push(link);
    throw error;
  } finally {
    context = previous;
  }
}

function rethrow(reason) {
  throw reason;
}

/** Runs the generator that an `async` function was lowered to; what the bundler calls instead of its own helper. */
function runAsync(self, args, generator) {
  const captured = context;
  let resolve;
  let reject;
  const link = { promise: undefined };
  link.promise = new EnginePromise((toResolve, toReject) => {
    resolve = toResolve;
    reject = toReject;
  });
  const running = generator.apply(self, args);
  const step = (isThrow, value) => {
    const previous = context;
    context = captured;
    try {
      const next = isThrow ? running.throw(value) : running.next(value);
      if (next.done) {
        if (isThenable(next.value)) rejected.push(link);
        resolve(next.value);
      } else {
        const awaited = resolved(next.value);
        awaited[HANDLED] = true;
        const kept = keptOf(awaited);
        // What `then` returns is nobody's, and never rejected.
        if (kept === undefined) engineThen.call(awaited, onFulfilled, onRejected);
        else kept.add(onFulfilled, onRejected, { isFollowed: false });
      }
    } catch (error) {
      rejected.push(link);
      reject(error);
    } finally {
      context = previous;
    }
  };
  const onFulfilled = (value) => step(false, value);
  const onRejected = (reason) => step(true, reason);
  step(false);
  return link.promise;
}

class AsyncLocalStorage {
  constructor(name = 'anonymous') {
    this.name = name;
  }

  getStore() {
    return context.get(this);
  }

  run(store, callback, ...args) {
    return within(new Map(context).set(this, store), callback, args);
  }

  exit(callback, ...args) {
    const without = new Map(context);
    without.delete(this);
    return within(without, callback, args);
  }

  enterWith(store) {
    context = new Map(context).set(this, store);
  }

  disable() {
    const without = new Map(context);
    without.delete(this);
    context = without;
  }

  static bind(callback) {
    const captured = context;
    return function (...args) {
      return within(captured, callback, args, this);
    };
  }

  static snapshot() {
    return AsyncLocalStorage.bind((callback, ...args) => callback(...args));
  }
}

function within(next, callback, args, self) {
  const previous = context;
  context = next;
  try {
    return callback.apply(self, args);
  } finally {
    context = previous;
  }
}

/** Microtasks of workflow code carry the context too. */
function queueMicrotask(callback) {
  if (typeof callback !== 'function') throw new TypeError('queueMicrotask takes a function');
  resolved().then(() => callback());
}

/**
 * Calls `report` with the reason of each promise that was rejected and that nothing handles. The calls come as microtasks: they
 * are all made once the queue is empty again.
 */
function watchRejections(report) {
  reporter = report;
  const promises = rejected;
  rejected = [];
  for (const { promise } of new Set(promises)) {
    if (promise[HANDLED]) continue;
    // One that follows a promise which is still pending may be rejected in a later activation: it reports then.
    engineThen.call(promise, undefined, (reason) => {
      if (!promise[HANDLED]) reporter(reason);
    });
  }
}

module.exports = { AsyncLocalStorage, Promise: WorkflowPromise, queueMicrotask, runAsync, watchRejections };
