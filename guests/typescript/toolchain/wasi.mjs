//! WASI as the engine sees it while it is pre-initialised, and as it sees it ever after. Both are the same everywhere: the clock
//! stands still, randomness is a fixed sequence, and the only files are the scripts to load. It grants nothing to a workflow.

import { encode, KIND, name, SECTION, signed, sized, unsigned, VALUE, vector } from './wasm-module.mjs';

const PREVIEW1 = 'wasi_snapshot_preview1';
const ERRNO = { success: 0, badFile: 8, noEntry: 44 };
const FILE_TYPE = { character: 2, directory: 3, regular: 4 };
const PREOPENED = 3;
/** The moment that the engine takes for now, in nanoseconds. Nothing of a workflow sees it. */
const NOW_NS = 1_000_000_000_000n;

/** What the engine imports while it loads `files` (path to bytes); `errors` collects what it writes. */
export class LoadingHost {
  /** `beforeFirstFile` is called with the memory when the engine has been initialised and is about to load a script. */
  constructor({ files, environment, input, beforeFirstFile }) {
    this.beforeFirstFile = beforeFirstFile;
    this.files = files;
    this.environment = Object.entries(environment).map(([key, value]) => Buffer.from(`${key}=${value}\0`));
    this.open = new Map([[0, { bytes: Buffer.from(input), at: 0 }]]);
    this.written = [];
    this.randomState = 0x2545f491;
    this.functions = this.#functions();
  }

  /** Gives the memory, which exists only after the instance does. */
  attach(memory) {
    this.memory = memory;
  }

  get #bytes() {
    return Buffer.from(this.memory.buffer);
  }

  get #view() {
    return new DataView(this.memory.buffer);
  }

  #strings(list, pointers, buffer) {
    for (const one of list) {
      this.#view.setUint32(pointers, buffer, true);
      one.copy(this.#bytes, buffer);
      pointers += 4;
      buffer += one.length;
    }
    return ERRNO.success;
  }

  #sizes(list, count, size) {
    this.#view.setUint32(count, list.length, true);
    this.#view.setUint32(size, list.reduce((sum, one) => sum + one.length, 0), true);
    return ERRNO.success;
  }

  /** The parts of a scatter or gather list. */
  #parts(pointer, count) {
    return Array.from({ length: count }, (_, index) => {
      const at = this.#view.getUint32(pointer + index * 8, true);
      return this.#bytes.subarray(at, at + this.#view.getUint32(pointer + index * 8 + 4, true));
    });
  }

  #path(pointer, length) {
    return this.#bytes.toString('utf8', pointer, pointer + length).replace(/^(\.?\/)+/, '');
  }

  #functions() {
    return {
      args_get: () => ERRNO.success,
      args_sizes_get: (count, size) => this.#sizes([], count, size),
      environ_get: (pointers, buffer) => this.#strings(this.environment, pointers, buffer),
      environ_sizes_get: (count, size) => this.#sizes(this.environment, count, size),
      clock_time_get: (_id, _precision, result) => {
        this.#view.setBigUint64(result, NOW_NS, true);
        return ERRNO.success;
      },
      random_get: (pointer, length) => {
        const target = this.#bytes.subarray(pointer, pointer + length);
        for (let index = 0; index < length; index += 1) {
          this.randomState = (Math.imul(this.randomState, 1664525) + 1013904223) >>> 0;
          target[index] = this.randomState >>> 24;
        }
        return ERRNO.success;
      },
      fd_write: (_fd, parts, count, written) => {
        const texts = this.#parts(parts, count).map((part) => Buffer.from(part));
        this.written.push(...texts);
        this.#view.setUint32(written, texts.reduce((sum, text) => sum + text.length, 0), true);
        return ERRNO.success;
      },
      fd_read: (fd, parts, count, read) => {
        const file = this.open.get(fd);
        if (file === undefined) return ERRNO.badFile;
        let total = 0;
        for (const part of this.#parts(parts, count)) {
          const copied = file.bytes.copy(part, 0, file.at);
          file.at += copied;
          total += copied;
        }
        this.#view.setUint32(read, total, true);
        return ERRNO.success;
      },
      fd_seek: (fd, offset, whence, result) => {
        const file = this.open.get(fd);
        if (file === undefined) return ERRNO.badFile;
        file.at = Number(offset) + [0, file.at, file.bytes.length][whence];
        this.#view.setBigUint64(result, BigInt(file.at), true);
        return ERRNO.success;
      },
      fd_close: (fd) => (this.open.delete(fd) ? ERRNO.success : ERRNO.badFile),
      fd_fdstat_get: (fd, result) => {
        const type = fd < PREOPENED ? FILE_TYPE.character : fd === PREOPENED ? FILE_TYPE.directory : FILE_TYPE.regular;
        this.#bytes.fill(0, result, result + 24);
        this.#view.setUint8(result, type);
        this.#view.setBigUint64(result + 8, 0x1fffffffn, true);
        this.#view.setBigUint64(result + 16, 0x1fffffffn, true);
        return ERRNO.success;
      },
      fd_fdstat_set_flags: () => ERRNO.success,
      fd_prestat_get: (fd, result) => {
        if (fd !== PREOPENED) return ERRNO.badFile;
        this.#view.setUint32(result, 0, true);
        this.#view.setUint32(result + 4, 1, true);
        return ERRNO.success;
      },
      fd_prestat_dir_name: (_fd, pointer) => {
        this.#view.setUint8(pointer, '/'.charCodeAt(0));
        return ERRNO.success;
      },
      fd_readdir: () => ERRNO.badFile,
      path_filestat_get: (_fd, _flags, pointer, length, result) => {
        const bytes = this.files.get(this.#path(pointer, length));
        if (bytes === undefined) return ERRNO.noEntry;
        this.#bytes.fill(0, result, result + 64);
        this.#view.setUint8(result + 16, FILE_TYPE.regular);
        this.#view.setBigUint64(result + 32, BigInt(bytes.length), true);
        return ERRNO.success;
      },
      path_open: (_fd, _look, pointer, length, _open, _rights, _inheriting, _flags, result) => {
        const bytes = this.files.get(this.#path(pointer, length));
        if (bytes === undefined) return ERRNO.noEntry;
        this.beforeFirstFile?.(this.memory);
        this.beforeFirstFile = undefined;
        const fd = Math.max(PREOPENED, ...this.open.keys()) + 1;
        this.open.set(fd, { bytes, at: 0 });
        this.#view.setUint32(result, fd, true);
        return ERRNO.success;
      },
      path_remove_directory: () => ERRNO.noEntry,
      path_unlink_file: () => ERRNO.noEntry,
      proc_exit: (code) => {
        throw new Error(`the engine exited with code ${code}`);
      },
    };
  }
}

/**
 * A core module that takes the place of the imported module `module` once the engine is loaded, so that the component imports
 * nothing of WASI: the clock stands still, randomness is a fixed sequence, and everything else traps or reports a bad file.
 */
export function standIn(module, functions) {
  const bodies = functions.map((one) => body(module, one));
  const memory = Buffer.concat([name('env'), name('memory'), Buffer.from([KIND.memory, 0, 0])]);
  return encode([
    {
      id: SECTION.type,
      content: vector(
        functions.map(({ type }) =>
          Buffer.concat([Buffer.from([0x60]), sized(Buffer.from(type.parameters)), sized(Buffer.from(type.results))]),
        ),
      ),
    },
    { id: SECTION.import, content: vector([memory]) },
    { id: SECTION.function, content: vector(functions.map((_, index) => unsigned(index))) },
    {
      id: SECTION.export,
      content: vector(functions.map((one, index) => Buffer.concat([name(one.name), Buffer.from([KIND.function]), unsigned(index)]))),
    },
    { id: SECTION.code, content: vector(bodies.map(sized)) },
  ]);
}

const OP = {
  unreachable: 0x00, loop: 0x03, if: 0x04, end: 0x0b, brIf: 0x0d, localGet: 0x20, localSet: 0x21, i32Store: 0x36, i64Store: 0x37,
  i32Store8: 0x3a, i32Const: 0x41, i64Const: 0x42, i32LtU: 0x49, i32Add: 0x6a, i32Mul: 0x6c,
};

/** Code out of opcodes and numbers in bytes; it ends the function. */
const code = (...parts) => Buffer.concat([...parts.map((part) => (Buffer.isBuffer(part) ? part : Buffer.from([part]))), Buffer.from([OP.end])]);
const i32 = (value) => Buffer.concat([Buffer.from([OP.i32Const]), signed(BigInt(value))]);
const i64 = (value) => Buffer.concat([Buffer.from([OP.i64Const]), signed(value)]);
const NO_LOCALS = 0;
/** Alignment and offset of a load or store. */
const AT_ONCE = Buffer.from([0, 0]);

/** The functions that answer, by module without its version. */
const ANSWERS = {
  [`${PREVIEW1} clock_time_get`]: () => code(NO_LOCALS, OP.localGet, 2, i64(NOW_NS), OP.i64Store, AT_ONCE, i32(ERRNO.success)),
  [`${PREVIEW1} random_get`]: fillWithBytes,
  'wasi:random/random get-random-u64': () => code(NO_LOCALS, i64(NOW_NS)),
  'wasi:clocks/monotonic-clock now': () => code(NO_LOCALS, i64(NOW_NS)),
  // A timer of the engine's is due at once. A script sees none: it is how the bindings wait until nothing else is left to do.
  'wasi:clocks/monotonic-clock subscribe-instant': () => code(NO_LOCALS, i32(1)),
  'wasi:clocks/monotonic-clock subscribe-duration': () => code(NO_LOCALS, i32(1)),
  'wasi:io/poll [resource-drop]pollable': () => code(NO_LOCALS),
  'wasi:io/poll poll': firstIsReady,
};

/** Byte n is n * 157 + 1: never all zero, which the engine would draw again for ever. */
function fillWithBytes() {
  const oneCounter = Buffer.from([1, 1, VALUE.i32]);
  return code(
    oneCounter,
    Buffer.from([OP.localGet, 2, OP.localGet, 1, OP.i32LtU, OP.if, 0x40, OP.loop, 0x40]),
    Buffer.from([OP.localGet, 0, OP.localGet, 2, OP.i32Add, OP.localGet, 2]),
    i32(157),
    OP.i32Mul,
    i32(1),
    Buffer.from([OP.i32Add, OP.i32Store8, 0, 0, OP.localGet, 2]),
    i32(1),
    Buffer.from([OP.i32Add, OP.localSet, 2, OP.localGet, 2, OP.localGet, 1, OP.i32LtU, OP.brIf, 0, OP.end, OP.end]),
    i32(ERRNO.success),
  );
}

/**
 * Answers a list of one index, which is 0. The list lies at address 0, where the engine's memory is never written: the engine frees
 * the list afterwards, and to free the null pointer does nothing.
 */
function firstIsReady() {
  const nullPointer = 0;
  return code(
    NO_LOCALS,
    Buffer.from([OP.localGet, 2]), i32(nullPointer), OP.i32Store, AT_ONCE,
    Buffer.from([OP.localGet, 2]), i32(1), OP.i32Store, Buffer.from([0, 4]),
  );
}

function body(module, { name: text, type }) {
  const answer = ANSWERS[`${module.split('@')[0]} ${text}`];
  if (answer !== undefined) return answer();
  const reportsErrors = module === PREVIEW1 && type.results.length === 1;
  return reportsErrors ? code(NO_LOCALS, i32(ERRNO.badFile)) : code(NO_LOCALS, OP.unreachable);
}
