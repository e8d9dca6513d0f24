//! A core module as a list of sections: what pre-initialisation and the stand-ins for WASI have to read and to write of it.
//! It decodes no code, so nothing here may change the index of a function.

const MAGIC = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

export const SECTION = { custom: 0, type: 1, import: 2, function: 3, memory: 5, global: 6, export: 7, start: 8, code: 10, data: 11, dataCount: 12 };
export const KIND = { function: 0, table: 1, memory: 2, global: 3 };
export const VALUE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

/** Reads the binary format from a position on. */
export class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  byte() {
    return this.bytes[this.at++];
  }

  unsigned() {
    let result = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      result += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) return result;
      scale *= 128;
    }
  }

  /** Skips a signed number, whose value nobody needs. */
  skipSigned() {
    while ((this.byte() & 0x80) !== 0);
  }

  take(length) {
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }

  name() {
    return this.take(this.unsigned()).toString('utf8');
  }

  /** Calls `item` for each element of a vector. */
  vector(item) {
    return Array.from({ length: this.unsigned() }, () => item(this));
  }

  limits() {
    const flags = this.byte();
    const minimum = this.unsigned();
    return { minimum, maximum: (flags & 1) === 0 ? undefined : this.unsigned() };
  }
}

export function unsigned(value) {
  const bytes = [];
  do {
    const rest = Math.floor(value / 128);
    bytes.push((value % 128) | (rest === 0 ? 0 : 0x80));
    value = rest;
  } while (value !== 0);
  return Buffer.from(bytes);
}

/** A signed LEB128 number of 32 or 64 bits, given as a BigInt. */
export function signed(value) {
  const bytes = [];
  for (;;) {
    const byte = Number(value & 0x7fn);
    value >>= 7n;
    const isLast = (value === 0n && (byte & 0x40) === 0) || (value === -1n && (byte & 0x40) !== 0);
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return Buffer.from(bytes);
  }
}

export const sized = (bytes) => Buffer.concat([unsigned(bytes.length), bytes]);
export const name = (text) => sized(Buffer.from(text, 'utf8'));
export const vector = (items) => Buffer.concat([unsigned(items.length), ...items]);

/** The sections of a core module in their order: `[{ id, content }]`. */
export function sections(bytes) {
  if (!bytes.subarray(0, 8).equals(MAGIC)) throw new Error('not a core module of WebAssembly');
  const reader = new Reader(bytes);
  reader.at = MAGIC.length;
  const found = [];
  while (!reader.done) found.push({ id: reader.byte(), content: reader.take(reader.unsigned()) });
  return found;
}

export function encode(list) {
  return Buffer.concat([MAGIC, ...list.flatMap(({ id, content }) => [Buffer.from([id]), sized(content)])]);
}

export const sectionOf = (list, id) => list.find((section) => section.id === id);

/** The parameters and results of every type; the engine has function types only. */
export function types(list) {
  return new Reader(sectionOf(list, SECTION.type).content).vector((reader) => {
    if (reader.byte() !== 0x60) throw new Error('the engine has a type that is no function');
    const values = () => reader.vector((one) => one.byte());
    return { parameters: values(), results: values() };
  });
}

/** The imports: module, name and type index. The engine imports functions only. */
export function imports(list) {
  return new Reader(sectionOf(list, SECTION.import).content).vector((reader) => {
    const one = { module: reader.name(), name: reader.name() };
    if (reader.byte() !== KIND.function) throw new Error(`the engine imports ${one.name}, which is no function`);
    return { ...one, type: reader.unsigned() };
  });
}

export function exports(list) {
  return new Reader(sectionOf(list, SECTION.export).content).vector((reader) => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.unsigned(),
  }));
}

export function exportSection(items) {
  const content = vector(items.map(({ name: text, kind, index }) => Buffer.concat([name(text), Buffer.from([kind]), unsigned(index)])));
  return { id: SECTION.export, content };
}

/** The globals: value type, whether they can change, and the bytes of their initial value. */
export function globals(list) {
  return new Reader(sectionOf(list, SECTION.global).content).vector((reader) => {
    const type = reader.byte();
    const mutable = reader.byte() === 1;
    const start = reader.at;
    const opcode = reader.byte();
    if (opcode === 0x41 || opcode === 0x42) reader.skipSigned();
    else throw new Error(`the engine has a global with the initial value 0x${opcode.toString(16)}`);
    if (reader.byte() !== 0x0b) throw new Error('the engine has a global with a computed initial value');
    return { type, mutable, initial: reader.bytes.subarray(start, reader.at) };
  });
}
