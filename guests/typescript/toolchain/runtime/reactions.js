//! Reactions to promises that stay pending for as long as a run lives. The engine would hold each reaction until its promise is settled;
//! here they can be let go of before, once they can do nothing any more. Which can't is for `cancellation.js` to say. When the
//! promise is settled, all that are left go to the engine in their order, so that a script can't tell the difference.

const EnginePromise = globalThis.Promise;
const engineThen = EnginePromise.prototype.then;
const { WeakRef } = globalThis;
const KEPT = Symbol('kept reactions');
/** A list that is shorter is not searched for entries of promises that are gone. */
const SMALLEST_SWEEP = 64;

/** The reactions to one promise. */
class Reactions {
  #entries = new Set();
  #newest;
  /** How many entries hold what they need. */
  #strongCount = 0;
  #sweepAt = SMALLEST_SWEEP;
  /** The entry, in another list, by which this promise hears what happened to the other one. */
  #source;
  /** What that entry needs, as long as nothing reacts to this promise: then only this list holds it. */
  #sourceNeeds;

  /** @returns the entry, and the promise that follows from the reaction, if anybody wants it */
  add(onFulfilled, onRejected, { isFollowed }) {
    const needs = { onFulfilled, onRejected, resolve: undefined, reject: undefined };
    const promise = isFollowed ? new EnginePromise((resolve, reject) => Object.assign(needs, { resolve, reject })) : undefined;
    const entry = new Entry(this, needs);
    this.#entries.add(entry);
    this.#newest = entry;
    this.countStrong(1);
    return { entry, promise };
  }

  remove(entry) {
    if (this.#newest === entry) this.#newest = undefined;
    if (this.#entries.delete(entry) && entry.isStrong) this.countStrong(-1);
  }

  countStrong(step) {
    const before = this.#strongCount;
    this.#strongCount += step;
    if (this.#source === undefined || (before > 0) === (this.#strongCount > 0)) return;
    if (before > 0) this.#sourceNeeds = this.#source.weaken();
    else this.#source.strengthen(this.#sourceNeeds);
  }

  /**
   * The newest reaction to another promise does nothing but settle this one. As long as nothing reacts to this one, the other list
   * does not hold it: if nobody else does, nobody can tell whether it is settled.
   */
  follow(other) {
    const source = other.#newest;
    if (source === undefined) return;
    this.#source = source;
    if (this.#strongCount === 0) this.#sourceNeeds = source.weaken();
    other.#sweep();
  }

  /** Gives what is left to the engine. */
  handOver(promise) {
    for (const entry of this.#entries) entry.handOver(promise);
    this.#entries.clear();
    this.#source?.remove();
  }

  /** Drops entries of promises that are gone. Each entry is looked at a few times in all. */
  #sweep() {
    if (this.#entries.size < this.#sweepAt) return;
    for (const entry of this.#entries) if (entry.isGone) this.#entries.delete(entry);
    this.#sweepAt = Math.max(SMALLEST_SWEEP, 2 * this.#entries.size);
  }
}

/** One reaction. */
class Entry {
  #list;
  #needs;
  #weak;

  constructor(list, needs) {
    this.#list = list;
    this.#needs = needs;
  }

  get isStrong() {
    return this.#needs !== undefined;
  }

  get isGone() {
    return this.#needs === undefined && this.#weak.deref() === undefined;
  }

  remove() {
    this.#list.remove(this);
  }

  /** @returns what it needs, for somebody else to hold */
  weaken() {
    const needs = this.#needs;
    this.#weak = new WeakRef(needs);
    this.#needs = undefined;
    this.#list.countStrong(-1);
    return needs;
  }

  strengthen(needs) {
    this.#needs = needs;
    this.#list.countStrong(1);
  }

  handOver(promise) {
    const needs = this.#needs ?? this.#weak.deref();
    if (needs === undefined) return;
    const { onFulfilled, onRejected, resolve, reject } = needs;
    if (resolve === undefined) engineThen.call(promise, onFulfilled, onRejected);
    else engineThen.call(promise, settling(onFulfilled, resolve, reject) ?? resolve, settling(onRejected, resolve, reject));
  }
}

/** A reaction that settles the promise that follows from it, in the turn in which the engine would. */
function settling(reaction, resolve, reject) {
  if (reaction === undefined) return undefined;
  return (value) => {
    let result;
    try {
      result = reaction(value);
    } catch (error) {
      reject(error);
      return;
    }
    resolve(result);
  };
}

/** The executor that is running, as `run` was told of it. */
let running;

/**
 * Runs a promise's executor. While it runs, `frame` collects the reactions that it gives to kept promises: those in `given` may be
 * tied to something by `tieGiven`, those in `untilSettled` do nothing once the executor's own promise is settled.
 */
function runExecutor(frame, run) {
  const outer = running;
  running = frame;
  try {
    run();
  } finally {
    running = outer;
    frame.given = undefined;
  }
}

/** The reactions that the running executor has given so far, to whoever knows how long they matter. */
function takeGiven() {
  const given = running?.given;
  if (given !== undefined) running.given = undefined;
  return given ?? [];
}

/** The running executor's next reaction matters until its promise is settled. */
function nextUntilSettled() {
  if (running !== undefined) running.isNextUntilSettled = true;
}

/** A reaction to a kept promise. `original` is what the script gave as `onRejected`. @returns what follows from it */
function react(kept, onFulfilled, onRejected, original) {
  const { entry, promise } = kept.add(onFulfilled, onRejected, { isFollowed: true });
  if (running !== undefined) {
    // To reject a promise that is settled does nothing.
    const isUntilSettled = running.isNextUntilSettled || original === running.reject;
    running.isNextUntilSettled = false;
    ((isUntilSettled ? (running.untilSettled ??= []) : (running.given ??= [])).push(entry));
  }
  return promise;
}

/** From now on the reactions to this promise are kept here. It must be one that `context.js` made, and pending. */
function keep(promise) {
  promise[KEPT] = new Reactions();
  return promise[KEPT];
}

const keptOf = (promise) => promise[KEPT];

/** To be called when a promise is about to be settled. */
function settle(promise) {
  const kept = promise[KEPT];
  if (kept === undefined) return;
  promise[KEPT] = undefined;
  kept.handOver(promise);
}

module.exports = { keep, keptOf, nextUntilSettled, react, runExecutor, settle, takeGiven };
