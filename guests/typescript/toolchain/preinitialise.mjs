//! Runs the engine until a workflow's script is loaded, and keeps the memory that it then has: a component starts with its script
//! parsed and its modules evaluated. It does not run a workflow, and the result depends on nothing but its arguments.

import { tuneCollector } from './collector.mjs';
import { foreignImports } from './engine.mjs';
import { warmUp } from './warm-up.mjs';
import { LoadingHost, standIn } from './wasi.mjs';
import * as wasm from './wasm-module.mjs';

const GLOBAL_PREFIX = 'sundial:global-';
const HOST = 'sundial:workflow/host@0.1.0';
const PAGE_BYTES = 65536;
/** Shorter gaps of zeros stay in a segment: a segment's head costs about as much. */
const GAP_BYTES = 32;
/** What the engine exports for being loaded, or for worlds other than ours. */
const KEPT_EXPORTS = /^(memory$|cabi_realloc|(cabi_post_)?sundial:workflow\/guest@)/;

/**
 * @param engine the spliced engine, a core module
 * @param files what it may read, by path: the script and the bindings
 * @param environment the variables that tell the engine of exports and imports
 * @param isWarmedUp whether the script begins with the workflow of `runtime/warm-up.js`
 * @returns the core module with its memory filled
 */
export async function preinitialise({ engine, files, environment, script, bindings, isWarmedUp }) {
  const list = wasm.sections(engine);
  const globals = wasm.globals(list);
  const mutable = globals.flatMap(({ mutable: can }, index) => (can ? [index] : []));
  const host = new LoadingHost({
    files,
    environment,
    beforeFirstFile: tuneCollector,
    input: `--initializer-script-path /${bindings} --strip-path-prefix / ${script}`,
  });
  const instrumented = wasm.encode(
    list.map((section) =>
      section.id === wasm.SECTION.export
        ? wasm.exportSection([
            ...wasm.exports(list),
            ...mutable.map((index) => ({ name: GLOBAL_PREFIX + index, kind: wasm.KIND.global, index })),
          ])
        : section,
    ),
  );
  const { instance, enter } = await instantiate(instrumented, wasm.imports(list), host);
  try {
    instance.exports._initialize();
    instance.exports['componentize.wizer']();
  } catch (error) {
    throw new LoadError(host.written, error);
  }
  if (instance.exports.check_init() !== 0) throw new LoadError(host.written);
  if (isWarmedUp) {
    await enter(foreignImports(engine));
    warmUp(instance.exports);
  }
  const values = new Map(mutable.map((index) => [index, instance.exports[GLOBAL_PREFIX + index].value]));
  return snapshot(list, globals, values, Buffer.from(instance.exports.memory.buffer));
}

/** The script could not be loaded; the message is what the engine wrote. */
export class LoadError extends Error {
  constructor(written, cause) {
    const text = Buffer.concat(written).toString('utf8').trim();
    super(text === '' ? String(cause ?? 'the engine did not say why') : text);
    this.name = 'LoadError';
  }
}

/** @returns the instance, and `enter`, after which it is as one in a component: it has stand-ins for the system, and a host */
async function instantiate(bytes, imports, host) {
  const entered = new Map();
  const namespaces = {};
  for (const { module, name } of imports) {
    const refused = () => {
      throw new Error(`the script called ${module} ${name} while it was loaded`);
    };
    namespaces[module] ??= {};
    namespaces[module][name] = (...args) => (entered.get(module)?.[name] ?? host.functions[name] ?? refused)(...args);
  }
  const { instance } = await WebAssembly.instantiate(bytes, namespaces);
  const { exports } = instance;
  host.attach(exports.memory);
  const enter = async (foreign) => {
    for (const [module, functions] of foreign) {
      const made = await WebAssembly.instantiate(standIn(module, functions), { env: { memory: exports.memory } });
      entered.set(module, made.instance.exports);
    }
    entered.set(HOST, { log() {}, run: (result) => writeRun(exports, result) });
  };
  return { instance, enter };
}

/** Five empty strings, which is all that the host tells of a run that is none. */
function writeRun({ memory }, result) {
  const view = new DataView(memory.buffer);
  for (let at = result; at < result + 40; at += 8) {
    view.setUint32(at, 1, true);
    view.setUint32(at + 4, 0, true);
  }
}

function snapshot(list, globals, values, memory) {
  const segments = filled(memory).map(([start, end]) =>
    Buffer.concat([Buffer.from([0, 0x41]), wasm.signed(BigInt(start)), Buffer.from([0x0b]), wasm.sized(memory.subarray(start, end))]),
  );
  const replaced = {
    [wasm.SECTION.memory]: (content) => {
      const [{ maximum }] = new wasm.Reader(content).vector((reader) => reader.limits());
      const pages = wasm.unsigned(memory.length / PAGE_BYTES);
      const limits = maximum === undefined ? [Buffer.from([0]), pages] : [Buffer.from([1]), pages, wasm.unsigned(maximum)];
      return wasm.vector([Buffer.concat(limits)]);
    },
    [wasm.SECTION.global]: () =>
      wasm.vector(
        globals.map(({ type, mutable, initial }, index) => {
          const opcode = type === wasm.VALUE.i64 ? 0x42 : 0x41;
          const value = values.has(index)
            ? Buffer.concat([Buffer.from([opcode]), wasm.signed(BigInt(values.get(index))), Buffer.from([0x0b])])
            : initial;
          return Buffer.concat([Buffer.from([type, Number(mutable)]), value]);
        }),
      ),
    [wasm.SECTION.export]: () => wasm.exportSection(wasm.exports(list).filter(({ name }) => KEPT_EXPORTS.test(name))).content,
    [wasm.SECTION.dataCount]: () => wasm.unsigned(segments.length),
    [wasm.SECTION.data]: () => wasm.vector(segments),
  };
  return wasm.encode(
    list
      .filter(({ id }) => id !== wasm.SECTION.start)
      .map(({ id, content }) => ({ id, content: replaced[id]?.(content) ?? content })),
  );
}

/** The parts of the memory that are not zero: `[start, end]` each. */
function filled(memory) {
  const words = new BigUint64Array(memory.buffer, memory.byteOffset, memory.length / 8);
  const ranges = [];
  let start;
  let end = 0;
  for (let word = 0; word < words.length; word += 1) {
    if (words[word] === 0n) continue;
    if (start !== undefined && word * 8 - end > GAP_BYTES) {
      ranges.push([start, end]);
      start = undefined;
    }
    start ??= word * 8;
    end = word * 8 + 8;
  }
  if (start !== undefined) ranges.push([start, end]);
  return ranges;
}
