//! Stack traces in the form that Temporal's SDK expects, with the lines of the author's own files. The bundler writes the table of
//! lines; columns are not kept.

const engineStack = Object.getOwnPropertyDescriptor(Error.prototype, 'stack').get;
const BUNDLE = /^(.*?)@(?:.*\/)?workflow\.js:(\d+):(\d+)$/;
let table;

/** One frame of the engine: `name@file:line:column`. */
function frame(line) {
  const match = BUNDLE.exec(line);
  if (match === null) return undefined;
  const [, path, generatedLine] = match;
  const name = path.replace(/^(async\*|setTimeout handler\*|promise callback\*)/, '').replace(/[/<]+$/, '').split('/').pop();
  const found = original(Number(generatedLine));
  if (found === undefined) return undefined;
  const place = `${found.file}:${found.line}`;
  return { text: name === '' ? `    at ${place}` : `    at ${name} (${place})`, name, place, ...found };
}

/** Where a line of the bundle comes from, and whether that is the author's own; nothing for what the bundler added. */
function original(generatedLine) {
  table ??= globalThis.__SUNDIAL_LINES__ === undefined ? [] : decode(globalThis.__SUNDIAL_LINES__);
  return table[generatedLine];
}

function decode({ sources, libraries, lines }) {
  const isOwn = sources.map(() => true);
  for (const index of libraries) isOwn[index] = false;
  const places = [];
  let line = 0;
  let source = 0;
  let originalLine = 0;
  for (const entry of lines.split(';')) {
    line += 1;
    if (entry === '') continue;
    const [sourceStep, lineStep] = entry.split(',').map(Number);
    source += sourceStep;
    originalLine += lineStep;
    places[line] = { file: sources[source], line: originalLine, isOwn: isOwn[source] };
  }
  return places;
}

function format(error) {
  const raw = engineStack.call(error);
  if (typeof raw !== 'string') return raw;
  return [String(error), ...frames(raw).map(({ text }) => text)].join('\n');
}

const frames = (raw) => raw.split('\n').map(frame).filter((one) => one !== undefined);

/** The frames of an error that nobody has given another stack: `{ text, name, place, file, line, isOwn }`, the innermost first. */
function framesOf(error) {
  const raw = engineStack.call(error);
  return typeof raw === 'string' ? frames(raw) : [];
}

/** The innermost of the author's own lines that an error was raised by, as `file:line`. */
function authorPlace(error) {
  return framesOf(error).find(({ isOwn }) => isOwn)?.place;
}

/** Makes `stack` of every error a trace with the author's lines. It is made when somebody asks for it. */
function mapStacks() {
  Object.defineProperty(Error.prototype, 'stack', {
    configurable: true,
    get() {
      return format(this);
    },
    set(value) {
      Object.defineProperty(this, 'stack', { value, writable: true, configurable: true });
    },
  });
  Error.captureStackTrace = (target) => {
    const raised = new Error();
    Object.defineProperty(target, 'stack', {
      configurable: true,
      get: () => [String(target), ...format(raised).split('\n').slice(1)].join('\n'),
      set(value) {
        Object.defineProperty(target, 'stack', { value, writable: true, configurable: true });
      },
    });
  };
}

module.exports = { authorPlace, framesOf, mapStacks };
