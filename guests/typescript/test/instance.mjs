//! A component's core module run by Node itself: what the tests of the runtime drive. It has no limits and no contract checks; those
//! are the host's, and are tested with real components in `tests/`.

import { createRequire } from 'node:module';

import * as wasm from '../toolchain/wasm-module.mjs';

const require = createRequire(new URL('../toolchain/package.json', import.meta.url));
export const { coresdk, temporal } = require('@temporalio/proto');
export const Long = require('long');

const { WorkflowActivation } = coresdk.workflow_activation;
const { WorkflowActivationCompletion } = coresdk.workflow_completion;
const GUEST = 'sundial:workflow/guest@0.1.0#';
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];
export const RUN = { namespace: 'default', taskQueue: 'queue', workflowId: 'workflow', runId: 'run', workflowType: '' };

/** @returns a function that makes a new instance: one run each */
export async function compile({ module, standIns }) {
  const compiled = await WebAssembly.compile(module);
  const fixed = await Promise.all(standIns.map(async ([name, bytes]) => [name, await WebAssembly.compile(bytes)]));
  return (run = RUN) => new Instance(compiled, fixed, run);
}

class Instance {
  /** Lines of the log: `[level, text]`. */
  lines = [];

  constructor(compiled, fixed, run) {
    // The memory is exported by the module that needs the stand-ins first, so they are reached through one more call.
    const late = new Map();
    const namespaces = { 'sundial:workflow/host@0.1.0': this.#host(run) };
    for (const { module, name } of WebAssembly.Module.imports(compiled)) {
      namespaces[module] ??= {};
      namespaces[module][name] ??= (...args) => late.get(module)[name](...args);
    }
    this.exports = new WebAssembly.Instance(compiled, namespaces).exports;
    for (const [name, standIn] of fixed) {
      late.set(name, new WebAssembly.Instance(standIn, { env: { memory: this.exports.memory } }).exports);
    }
  }

  get memoryBytes() {
    return this.exports.memory.buffer.byteLength;
  }

  get #bytes() {
    return Buffer.from(this.exports.memory.buffer);
  }

  #word(at) {
    return this.#bytes.readUInt32LE(at);
  }

  #place(bytes) {
    const at = this.exports.cabi_realloc(0, 0, 1, bytes.length);
    bytes.copy(this.#bytes, at);
    return at;
  }

  #text(at) {
    return this.#bytes.toString('utf8', this.#word(at), this.#word(at) + this.#word(at + 4));
  }

  #host(run) {
    return {
      log: (level, pointer, length) => this.lines.push([LEVELS[level], this.#bytes.toString('utf8', pointer, pointer + length)]),
      run: (result) => {
        [run.namespace, run.taskQueue, run.workflowId, run.runId, run.workflowType].forEach((text, index) => {
          const bytes = Buffer.from(text);
          const at = this.#place(bytes);
          this.#bytes.writeUInt32LE(at, result + index * 8);
          this.#bytes.writeUInt32LE(bytes.length, result + index * 8 + 4);
        });
      },
    };
  }

  /** One activation and its completion, both as bytes. */
  activateBytes(bytes) {
    const result = this.exports[`${GUEST}activate`](this.#place(Buffer.from(bytes)), bytes.length);
    const at = this.#word(result);
    const completion = Buffer.from(this.#bytes.subarray(at, at + this.#word(result + 4)));
    this.exports[`cabi_post_${GUEST}activate`](result);
    return completion;
  }

  /** One activation and its completion, both as messages. */
  activate(activation) {
    const bytes = WorkflowActivation.encode(WorkflowActivation.fromObject(activation)).finish();
    return WorkflowActivationCompletion.toObject(WorkflowActivationCompletion.decode(this.activateBytes(bytes)), { longs: Number, enums: String });
  }

  describe() {
    const result = this.exports[`${GUEST}describe`]();
    const list = (at, size, item) => Array.from({ length: this.#word(at + 4) }, (_, index) => item(this.#word(at) + index * size));
    const handler = (at) => ({ name: this.#text(at), description: this.#text(at + 8) });
    const definitions = list(result, 40, (at) => ({
      workflowType: this.#text(at),
      description: this.#text(at + 8),
      signals: list(at + 16, 16, handler),
      queries: list(at + 24, 16, handler),
      updates: list(at + 32, 16, handler),
    }));
    this.exports[`cabi_post_${GUEST}describe`](result);
    return definitions;
  }
}
