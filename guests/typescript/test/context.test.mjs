//! Promises, contexts and rejections, beside those of Node.js: the same source runs natively and as a component gets it.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from 'node:test';
import vm from 'node:vm';

import * as esbuild from '../toolchain/node_modules/esbuild/lib/main.js';

const PATTERNS = {
  'await of values and promises': `async function f(n) { log(n + 'a'); await null; log(n + 'b'); await Promise.resolve(); log(n + 'c'); } f(1); f(2); Promise.resolve().then(() => log('t'));`,
  'returning a promise from async': `async function g() { return Promise.resolve(1); } g().then(() => log('g')); let p = Promise.resolve(); for (const n of [1, 2, 3, 4]) p = p.then(() => log(n));`,
  'a thenable': `Promise.resolve({ then(r) { log('then'); r(1); } }).then(() => log('resolved')); Promise.resolve().then(() => log('x')).then(() => log('y'));`,
  'all, race, any and allSettled': `const t = (n, k) => { let p = Promise.resolve(n); while (k--) p = p.then((v) => v); return p; };
    Promise.all([t(1, 2), t(2, 1)]).then(() => log('all')); Promise.race([t(1, 3), t(2, 1)]).then((v) => log('race' + v)); Promise.any([Promise.reject(1), t(2, 2)]).then((v) => log('any' + v)); Promise.allSettled([Promise.reject(1)]).then(() => log('settled'));`,
  'finally and catch': `Promise.reject(1).finally(() => log('f')).catch(() => log('c')).finally(() => log('f2')); Promise.resolve().then(() => log(1)).then(() => log(2)).then(() => log(3));`,
  'throwing after await': `(async () => { try { await null; throw new Error('e'); } catch (e) { log(e.message); await null; } finally { log('fin'); } })(); Promise.resolve().then(() => log(1)).then(() => log(2));`,
  'an async generator': `(async () => { async function* g() { yield 1; await null; yield 2; } for await (const v of g()) log(v); log('end'); })();`,
  'queueMicrotask': `queueMicrotask(() => log('m1')); Promise.resolve().then(() => log('p')); queueMicrotask(() => log('m2'));`,
  'a class of promises': `class Mine extends Promise {} Mine.resolve(1).then(() => log('mine')); log(new Mine(() => {}) instanceof Promise); log(Promise.resolve(1).then(() => 0) instanceof Promise); log(Mine.resolve(1).then(() => 0).constructor === Mine);`,
};

const runtime = await esbuild.build({
  entryPoints: [new URL('../toolchain/runtime/context.js', import.meta.url).pathname],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'runtime',
});

/** A realm whose promises are those of workflow code. */
function realm() {
  const lines = [];
  const context = vm.createContext({ log: (line) => lines.push(line), lines });
  vm.runInContext(runtime.outputFiles[0].text, context);
  vm.runInContext(
    'globalThis.Promise = runtime.Promise; globalThis.queueMicrotask = runtime.queueMicrotask; globalThis.AsyncLocalStorage = runtime.AsyncLocalStorage;',
    context,
  );
  return context;
}

async function lowered(source) {
  const { code } = await esbuild.transform(source, { target: 'esnext', supported: { 'async-await': false, 'async-generator': false, 'for-await': false } });
  return code.replace(/var __async = \(__this, __arguments, generator\) => \{[\s\S]*?\n\};/, 'var __async = (self, args, generator) => runtime.runAsync(self, args, generator);');
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const [name, source] of Object.entries(PATTERNS)) {
  test(`microtasks run in the engine's order: ${name}`, async () => {
    const lines = [];
    vm.runInContext(source, vm.createContext({ log: (line) => lines.push(line), queueMicrotask }));
    const context = realm();
    vm.runInContext(await lowered(source), context);
    await turn();
    assert.ok(lines.length > 0);
    assert.deepEqual(context.lines, lines);
  });
}

test('a context follows await, then and callbacks, and ends with its call', async () => {
  const source = `
    const storage = new AsyncLocalStorage();
    const deep = async (name) => { await null; log(name + storage.getStore()); await Promise.all([null, Promise.resolve()]); log(name + storage.getStore()); };
    storage.run('one', () => deep('a'));
    storage.run('two', () => { deep('b'); storage.run('three', () => Promise.resolve().then(() => log('c' + storage.getStore()))); storage.exit(() => log('d' + storage.getStore())); });
    Promise.resolve().then(() => log('e' + storage.getStore()));
    storage.run('four', async () => { try { await Promise.reject(1); } catch { log('f' + storage.getStore()); } });`;
  const native = [];
  vm.runInContext(source, vm.createContext({ log: (line) => native.push(line), AsyncLocalStorage }));
  const context = realm();
  vm.runInContext(await lowered(source), context);
  await turn();
  assert.equal(native.length, 8);
  assert.deepEqual([...context.lines].sort(), [...native].sort());
});

const REJECTIONS = {
  'Promise.reject(new Error("a"))': ['a'],
  'Promise.reject(new Error("a")).catch(() => {})': [],
  'new Promise((_, reject) => reject(new Error("a")))': ['a'],
  'new Promise((resolve, reject) => { resolve(1); reject(new Error("a")); })': [],
  'new Promise(() => { throw new Error("a"); })': ['a'],
  'Promise.resolve().then(() => { throw new Error("a"); })': ['a'],
  'Promise.reject(new Error("a")).then(() => {})': ['a'],
  'Promise.reject(new Error("a")).finally(() => {})': ['a'],
  '(async () => { await null; throw new Error("a"); })()': ['a'],
  '(async () => Promise.reject(new Error("a")))()': ['a'],
  '(async () => { await (async () => { throw new Error("a"); })(); })()': ['a'],
  'Promise.all([Promise.reject(new Error("a")), Promise.reject(new Error("b"))])': ['a'],
  'const p = Promise.reject(new Error("a")); Promise.resolve().then(() => p.catch(() => {}))': [],
  'new Promise((resolve) => resolve({ then(_, reject) { reject(new Error("a")); } }))': ['a'],
};
for (const [source, expected] of Object.entries(REJECTIONS)) {
  test(`what nobody handles is told: ${source}`, async () => {
    const context = realm();
    const told = [];
    context.tell = (reason) => told.push(reason.message);
    vm.runInContext(await lowered(source), context);
    // Node would hear of the rejections itself if this waited for anything but microtasks.
    for (let turns = 0; turns < 100; turns += 1) await null;
    vm.runInContext('runtime.watchRejections(tell)', context);
    await turn();
    assert.deepEqual(told, expected);
  });
}
