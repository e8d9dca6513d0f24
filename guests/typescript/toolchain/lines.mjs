//! The table from lines of the bundle to lines of the author's files, small enough to be part of a component. Of each line it keeps
//! the first mapping only: the bundler writes a statement per line.

import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';

/** @returns `{ sources, libraries, lines }`: the indexes of sources that are not the project's own; lines are joined by `;`, each `source,line` as steps from the entry before, or empty */
export function lineTable(mapText) {
  const map = new TraceMap(mapText);
  let source = 0;
  let line = 0;
  const lines = decodedMappings(map).map((segments) => {
    const first = segments.find((segment) => segment.length > 1);
    if (first === undefined) return '';
    const [, toSource, toLine] = first;
    const entry = `${toSource - source},${toLine + 1 - line}`;
    source = toSource;
    line = toLine + 1;
    return entry;
  });
  const libraries = map.sources.flatMap((path, index) => (isOwn(path) ? [] : [index]));
  return { sources: map.sources.map((path) => display(path)), libraries, lines: lines.join(';') };
}

const isOwn = (path) => !path.includes('node_modules/') && !path.startsWith('sundial/');

/** A path as a trace shows it: nothing of the machine that built it. */
function display(path) {
  const inModules = path.lastIndexOf('node_modules/');
  return inModules < 0 ? path.replace(/^(\.\.\/)+/, '') : path.slice(inModules + 'node_modules/'.length);
}
