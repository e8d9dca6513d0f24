//! What goes wrong by the author's doing: a list of sentences, each with its file and line, and without a stack trace.

export class BuildProblem extends Error {
  constructor(lines) {
    super(lines.join('\n'));
    this.name = 'BuildProblem';
    this.lines = lines;
  }
}
