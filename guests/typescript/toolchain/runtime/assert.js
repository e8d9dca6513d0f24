//! The part of Node's `assert` that needs nothing of Node. It compares by `Object.is`; deep comparison is by JSON shape.

class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message ?? `${describe(actual)} ${operator} ${describe(expected)}`);
    Object.assign(this, { name: 'AssertionError', code: 'ERR_ASSERTION', actual, expected, operator });
  }
}

function describe(value) {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function check(holds, actual, expected, operator, message) {
  if (holds) return;
  throw message instanceof Error ? message : new AssertionError({ message, actual, expected, operator });
}

function sameDeep(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Date) return one.getTime() === other.getTime();
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && sameDeep(one[key], other[key]));
}

const assert = (value, message) => check(Boolean(value), value, true, '==', message);
Object.assign(assert, {
  AssertionError,
  ok: assert,
  equal: (one, other, message) => check(one == other, one, other, '==', message), // eslint-disable-line eqeqeq
  notEqual: (one, other, message) => check(one != other, one, other, '!=', message), // eslint-disable-line eqeqeq
  strictEqual: (one, other, message) => check(Object.is(one, other), one, other, '===', message),
  notStrictEqual: (one, other, message) => check(!Object.is(one, other), one, other, '!==', message),
  deepEqual: (one, other, message) => check(sameDeep(one, other), one, other, 'deepEqual', message),
  deepStrictEqual: (one, other, message) => check(sameDeep(one, other), one, other, 'deepStrictEqual', message),
  notDeepStrictEqual: (one, other, message) => check(!sameDeep(one, other), one, other, 'notDeepStrictEqual', message),
  match: (value, pattern, message) => check(pattern.test(value), value, pattern, 'match', message),
  fail: (message) => check(false, undefined, undefined, 'fail', message ?? 'Failed'),
  throws: (run, message) => {
    try {
      run();
    } catch {
      return;
    }
    check(false, undefined, undefined, 'throws', typeof message === 'string' ? message : 'Missing expected exception.');
  },
});
assert.strict = assert;

module.exports = { assert };
