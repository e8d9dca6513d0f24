//! What a workflow is told that asks for what it does not get: a sentence for each thing, with what to use instead. The words are those of
//! every language. The build says them of imports, the runtime of calls.

const CLOCK = 'a workflow has no clock; use Date.now() or new Date(), which come from history';
const SLEEP = 'a workflow does not block; use `await sleep(...)` of @temporalio/workflow, which is a durable timer';
const RANDOM = 'a workflow has no randomness of its own; use Math.random(), whose seed comes from history';
const UUID = 'a workflow has no randomness of its own; use uuid4() of @temporalio/workflow, whose seed comes from history';
const CRYPTOGRAPHY = 'a workflow has no cryptography; do it in an activity';
const FILES = 'a workflow has no files; pass the data as input, or read and write it in an activity';
const ENVIRONMENT = 'a workflow has no process and no environment; pass settings as workflow input or memo';
const NETWORK = 'a workflow has no network; make the call in an activity';
const PROCESSES = 'a workflow starts no processes; do it in an activity';
const THREADS = 'a workflow has one thread; use Promise.all or child workflows, and activities for work that takes long';
const STREAMS = 'a workflow has no streams; pass the data as input, or read it in an activity';
const STDIN = 'a workflow has no input stream; use workflow input, signals or updates';
const EVENTS = 'a workflow hears signals and updates; use setHandler() of @temporalio/workflow';
const INTERVAL = 'a workflow repeats by a loop; use `await sleep(...)` of @temporalio/workflow in one';
const LOCALES = 'the engine has no locale data; format in an activity or in the client';
const LATE_IMPORT = 'the component does not have it, because nothing imported it while it was built; import it at the top of a module';
const OTHER_MODULE = 'a workflow has no modules of Node.js; do what needs it in an activity';
const ACTIVITY_TYPES = 'a workflow calls activities by their types alone; use `import type * as activities from ...`';
const WORKER_PACKAGE = 'this package is for workers and clients; use it in files that workflows do not import';

/** Modules of Node.js and packages of Temporal's, by the beginning of their names. */
const MODULES = [
  [/^(fs|path|os)\b/, FILES],
  [/^(net|http|http2|https|dns|tls|dgram)\b/, NETWORK],
  [/^(child_process|cluster)\b/, PROCESSES],
  [/^process\b/, ENVIRONMENT],
  [/^worker_threads\b/, THREADS],
  [/^crypto\b/, `${UUID}; hash in an activity`],
  [/^timers\b/, SLEEP],
  [/^perf_hooks\b/, CLOCK],
  [/^(readline|repl|tty)\b/, STDIN],
  [/^stream\b/, STREAMS],
  [/^@temporalio\/activity\b/, ACTIVITY_TYPES],
  [/^@temporalio\//, WORKER_PACKAGE],
];

const ofModule = (name) => MODULES.find(([pattern]) => pattern.test(name))?.[1] ?? OTHER_MODULE;

/** Globals of the engine, or of Node.js, that are refused; those in `members` have words of their own. */
const GLOBALS = {
  fetch: NETWORK,
  Request: NETWORK,
  Response: NETWORK,
  Headers: NETWORK,
  FormData: NETWORK,
  MultipartFormData: NETWORK,
  crypto: { words: CRYPTOGRAPHY, members: { getRandomValues: RANDOM, randomUUID: UUID } },
  Crypto: CRYPTOGRAPHY,
  CryptoKey: CRYPTOGRAPHY,
  SubtleCrypto: CRYPTOGRAPHY,
  performance: CLOCK,
  Performance: CLOCK,
  Blob: FILES,
  File: FILES,
  ReadableStream: STREAMS,
  WritableStream: STREAMS,
  TransformStream: STREAMS,
  CompressionStream: STREAMS,
  DecompressionStream: STREAMS,
  setInterval: INTERVAL,
  clearInterval: INTERVAL,
  addEventListener: EVENTS,
  removeEventListener: EVENTS,
  dispatchEvent: EVENTS,
};

/** Globals that libraries look for by `typeof`: they are not there, and who uses them all the same is told these words. */
const ABSENT = {
  process: ENVIRONMENT,
  location: NETWORK,
  WorkerLocation: NETWORK,
  Atomics: THREADS,
  SharedArrayBuffer: THREADS,
  Worker: THREADS,
  WebSocket: NETWORK,
  XMLHttpRequest: NETWORK,
  Intl: LOCALES,
};

/** What is said of a global, or of one of its members; nothing if a workflow may use it. */
function ofGlobal(name, member) {
  const said = Object.hasOwn(GLOBALS, name) ? GLOBALS[name] : Object.hasOwn(ABSENT, name) ? ABSENT[name] : undefined;
  return said?.members?.[member] ?? said?.words ?? said;
}

module.exports = { ABSENT, GLOBALS, LATE_IMPORT, ofGlobal, ofModule };
