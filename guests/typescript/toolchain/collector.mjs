//! How eagerly the engine collects garbage. It is made for one request and a large heap, and has no call to say otherwise, so its
//! settings are changed where they lie in memory, before anything is allocated by a script. A run lives long and beside thousands
//! of others: its garbage must not pile up to tens of megabytes first.

const KIB = 1024;
const MIB = 1024 * KIB;

/** Consecutive settings as the engine initialises them: how they are found, and that they are these. */
const FOUND = [32 * MIB, 256 * KIB, 64 * MIB, 27 * MIB];
/** Where the settings after them lie, in bytes from the first. */
const HIGH_FREQUENCY_GROWTH_SMALL = 0x38;
const MALLOC_THRESHOLD = 0x48;

/** The largest heap. The host's limit on memory is what counts, and lies below. */
const LARGEST_HEAP = 2048 * MIB;
/** Young objects are collected whenever this much of them has been allocated. */
const NURSERY = 256 * KIB;
/** No collection before the heap, or memory outside of it, has grown to this. */
const FIRST_COLLECTION = MIB;
/** How far the heap grows over what the last collection left. */
const GROWTH = 1.5;

/** @param memory the engine's linear memory, after the engine was initialised and before a script was loaded */
export function tuneCollector(memory) {
  const words = new Uint32Array(memory.buffer);
  const places = [];
  for (let at = words.indexOf(FOUND[0]); at >= 0; at = words.indexOf(FOUND[0], at + 1)) {
    if (FOUND.every((value, index) => words[at + index] === value)) places.push(at);
  }
  const view = new DataView(memory.buffer);
  const start = places[0] * 4;
  const isKnown =
    places.length === 1 &&
    view.getFloat64(start + HIGH_FREQUENCY_GROWTH_SMALL, true) === 3 &&
    view.getUint32(start + MALLOC_THRESHOLD, true) === 38 * MIB;
  if (!isKnown) throw new Error('the settings of the engine\'s garbage collector are not where they were: is this another engine?');
  words.set([LARGEST_HEAP, NURSERY, NURSERY, FIRST_COLLECTION], places[0]);
  view.setFloat64(start + HIGH_FREQUENCY_GROWTH_SMALL, GROWTH, true);
  view.setUint32(start + MALLOC_THRESHOLD, FIRST_COLLECTION, true);
}
