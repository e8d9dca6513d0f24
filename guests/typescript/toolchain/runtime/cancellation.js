//! Which of the SDK's reactions to a request for cancellation can do nothing any more, so that they are let go of. The SDK adds one for
//! every activity, timer, condition and scope, and expects them to be collected with the run: a run of ours may live for years. None of
//! this changes what happens when cancellation is requested; `reactions.js` says why.

const scopes = require('@temporalio/workflow/lib/cancellation-scope.js');
const { keep, keptOf, nextUntilSettled, takeGiven } = require('./reactions.js');

/** By the completions that a command waits for: the last ones that it waits for, after which there is nothing to cancel. */
const LAST_COMPLETIONS = {
  timer: 'timer',
  activity: 'activity',
  signalWorkflow: 'signalWorkflow',
  childWorkflowStart: 'childWorkflowComplete',
  nexusOperationStart: 'nexusOperationComplete',
};

/** Makes every scope one whose reactions are kept. It must be called before workflow code takes the class. */
function watchScopes() {
  const Scope = scopes.CancellationScope;
  scopes.CancellationScope = new Proxy(Scope, {
    construct(target, args, newTarget) {
      const scope = Reflect.construct(target, args, newTarget === scopes.CancellationScope ? target : newTarget);
      watchNew(scope);
      return scope;
    },
  });
  const { run } = Scope.prototype;
  Scope.prototype.run = function (callback) {
    // The SDK makes the scope of a timeout by the class itself, and runs it at once.
    if (keptOf(this.cancelRequested) === undefined && this.cancellable && !this.consideredCancelled) watchNew(this);
    return run.call(this, callback);
  };
}

/** A scope that was just made: the newest reaction to its parent's cancellation is its own. */
function watchNew(scope) {
  const kept = keep(scope.cancelRequested);
  const ofParent = scope.parent === undefined ? undefined : keptOf(scope.parent.cancelRequested);
  if (ofParent !== undefined) kept.follow(ofParent);
}

/** Follows the commands of a run that starts. */
function watchCommands({ rootScope, completions, nextSeqs }) {
  keep(rootScope.cancelRequested);
  for (const [first, last] of Object.entries(LAST_COMPLETIONS)) watchCompletions(completions[first], completions[last]);
  let condition = nextSeqs.condition;
  Object.defineProperty(nextSeqs, 'condition', {
    enumerable: true,
    get: () => condition,
    set(value) {
      condition = value;
      // The SDK counts a condition, then reacts to the cancellation of its scope.
      nextUntilSettled();
    },
  });
}

/** The SDK reacts to cancellation, then waits for completions of this sequence number; once the last is there, that is over. */
function watchCompletions(first, last) {
  const reactions = new Map();
  first.set = (seq, completion) => {
    const given = takeGiven();
    if (given.length > 0) reactions.set(seq, given);
    return Map.prototype.set.call(first, seq, completion);
  };
  last.delete = (seq) => {
    for (const entry of reactions.get(seq) ?? []) entry.remove();
    reactions.delete(seq);
    return Map.prototype.delete.call(last, seq);
  };
}

module.exports = { watchCommands, watchScopes };
