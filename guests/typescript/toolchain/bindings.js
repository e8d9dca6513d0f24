//! Between the contract `sundial:workflow` and the script: lowers and lifts what the two exports and the two imports carry. It takes
//! the place of the bindings that the splicer generates, which can't empty the microtask queue before an export returns. It runs
//! in the engine's own realm, so nothing that a script replaces is replaced here.

const [$memory, $realloc, $dealloc, $log, $run] = $bindings;
delete globalThis.$bindings;

const { TextDecoder, TextEncoder, Uint8Array: ContentUint8Array, setTimeout } = contentGlobal;
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];
/** The host cuts a line at 8 KiB; a character takes at most three bytes for each unit of a string. */
const LONGEST_LINE = 8192;

function lowerString(text) {
  const encoded = encoder.encode(text);
  const pointer = encoded.length === 0 ? 1 : $realloc(0, 0, 1, encoded.length);
  new Uint8Array($memory.buffer, pointer, encoded.length).set(encoded);
  return [pointer, encoded.length];
}

function liftString(view, at) {
  const pointer = view.getUint32(at, true);
  const length = view.getUint32(at + 4, true);
  const text = decoder.decode(new Uint8Array(view.buffer, pointer, length));
  if (length !== 0) $dealloc(pointer, length, 1);
  return text;
}

function log(level, message) {
  const [pointer, length] = lowerString(String(message).slice(0, LONGEST_LINE));
  $log(Math.max(LEVELS.indexOf(level), 0), pointer, length);
  if (length !== 0) $dealloc(pointer, length, 1);
}

function run() {
  const at = $run();
  const view = new DataView($memory.buffer);
  const [namespace, taskQueue, workflowId, runId, workflowType] = [0, 8, 16, 24, 32].map((offset) => liftString(view, at + offset));
  $dealloc(at, 40, 4);
  return { namespace, taskQueue, workflowId, runId, workflowType };
}

defineBuiltinModule('sundial:workflow/host@0.1.0', { log, run });

let guest;
function bindExports() {
  guest = $source_mod.guest;
}

/**
 * Waits until the microtask queue is empty. The engine runs a task only then, and a timer is a task: everything that the script can do
 * by itself has been done when this resolves. No time passes, and the host knows nothing of the timer: see `wasi.mjs`.
 */
function emptied() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function export_guest_0_1_0$activate(pointer, length, result) {
  // A Uint8Array of the script's realm, and a copy: the memory may grow while it is read.
  const activation = ContentUint8Array.from(new Uint8Array($memory.buffer, pointer, length));
  if (length !== 0) $dealloc(pointer, length, 1);
  const steps = guest.activate(activation);
  let step = steps.next();
  while (!step.done) {
    await emptied();
    step = steps.next();
  }
  const completion = step.value;
  const at = $realloc(0, 0, 1, completion.length);
  new Uint8Array($memory.buffer, at, completion.length).set(completion);
  const view = new DataView($memory.buffer);
  view.setUint32(result, at, true);
  view.setUint32(result + 4, completion.length, true);
}

/** Lowers a list: `size` bytes for each item, which `lower` writes at the place that it is given. */
function lowerList(at, items, size, lower) {
  const pointer = items.length === 0 ? 4 : $realloc(0, 0, 4, items.length * size);
  items.forEach((item, index) => lower(pointer + index * size, item));
  const view = new DataView($memory.buffer);
  view.setUint32(at, pointer, true);
  view.setUint32(at + 4, items.length, true);
}

function writeString(at, text) {
  const [pointer, length] = lowerString(text);
  const view = new DataView($memory.buffer);
  view.setUint32(at, pointer, true);
  view.setUint32(at + 4, length, true);
}

function writeHandler(at, { name, description }) {
  writeString(at, name);
  writeString(at + 8, description);
}

async function export_guest_0_1_0$describe(result) {
  lowerList(result, guest.describe(), 40, (at, definition) => {
    writeString(at, definition.workflowType);
    writeString(at + 8, definition.description);
    lowerList(at + 16, definition.signals, 16, writeHandler);
    lowerList(at + 24, definition.queries, 16, writeHandler);
    lowerList(at + 32, definition.updates, 16, writeHandler);
  });
}
