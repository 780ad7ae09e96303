import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget } from '../graph/node-text.js';

/** A place in a program's source, as people count: lines and columns from 1. */
export interface SourcePlace {
  /** The script's name as V8 has it: a path or a URL; null where the snapshot does not tell. */
  readonly script: string | null;
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
  /** The npm package that a path under node_modules belongs to. */
  readonly package: string | null;
}

/**
 * Where functions and constructors stand. The file's locations give a script's id, line and column for closures,
 * generators, and for objects that of their constructor; the names of scripts come from the functions that are of them
 * (closure -shared-> function info -script-> the script, whose node carries its name and whose source is a string).
 */
export class SourcePlaces {
  readonly #graph: HeapGraph;
  /** By nodeIndex: offset of its location. */
  #locations: Map<number, number> | undefined;
  /** By script id: nodeIndex of the script. */
  #scripts: Map<number, number> | undefined;
  readonly #names = new Map<number, string | null>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
  }

  /** Of the node, or for an object of its constructor. */
  of(node: number): SourcePlace | null {
    const at = this.#getLocations().get(node);
    if (at === undefined) return null;
    const { locations } = this.#graph.columns;
    return this.#place(locations[at + 1]!, locations[at + 2]!, locations[at + 3]!);
  }

  /** Whether code of the program stands there, and not of Node itself or of V8. */
  isOfProgram(node: number): boolean {
    const place = this.of(node);
    return place !== null && !isBuiltIn(place.script);
  }

  /**
   * Where the script of `near` declares a variable or a field; looked up in the text, of which snapshots keep 1,024
   * characters. Null where it is not within these.
   */
  ofName(near: SourcePlace, name: string): SourcePlace | null {
    const script = this.#getScripts().get(near.scriptId);
    if (script === undefined) return null;
    const source = internalTarget(this.#graph, script, 'source');
    if (source === null) return null;
    const { strings, nodeName } = this.#graph.columns;
    const found = findDeclaration(strings.get(nodeName[source]!), name, near.line);
    return found === null ? null : this.#place(near.scriptId, found.line, found.column);
  }

  #place(scriptId: number, line: number, column: number): SourcePlace {
    const script = this.#nameOf(scriptId);
    return { script, scriptId, line: line + 1, column: column + 1, package: script === null ? null : packageOf(script) };
  }

  #nameOf(scriptId: number): string | null {
    const known = this.#names.get(scriptId);
    if (known !== undefined) return known;
    const node = this.#getScripts().get(scriptId);
    const { nodeName, strings } = this.#graph.columns;
    const text = node === undefined ? '' : strings.get(nodeName[node]!);
    const name = text === '' || text.startsWith('system / ') ? null : text;
    this.#names.set(scriptId, name);
    return name;
  }

  #getLocations(): Map<number, number> {
    if (this.#locations === undefined) {
      this.#locations = new Map();
      const { locations } = this.#graph.columns;
      for (let at = 0; at < locations.length; at += 4) this.#locations.set(locations[at]!, at);
    }
    return this.#locations;
  }

  #getScripts(): Map<number, number> {
    if (this.#scripts === undefined) {
      this.#scripts = new Map();
      const { locations, nodeType } = this.#graph.columns;
      const { closure } = this.#graph.nodeKinds;
      for (let at = 0; at < locations.length; at += 4) {
        const node = locations[at]!;
        const scriptId = locations[at + 1]!;
        if (nodeType[node] !== closure || this.#scripts.has(scriptId)) continue;
        const shared = internalTarget(this.#graph, node, 'shared');
        if (shared === null) continue;
        const script =
          internalTarget(this.#graph, shared, 'script') ?? internalTarget(this.#graph, shared, 'script_or_debug_info');
        if (script !== null) this.#scripts.set(scriptId, script);
      }
    }
    return this.#scripts;
  }
}

/** Node's own modules, and code that has no file. */
export function isBuiltIn(script: string | null): boolean {
  return script === null || script.startsWith('node:') || script.startsWith('internal/') || script.startsWith('evalmachine');
}

/** `lodash` or `@scope/name` from a path under node_modules: the innermost one. */
export function packageOf(path: string): string | null {
  const at = path.lastIndexOf('node_modules/');
  if (at < 0) return null;
  const [first, second] = path.slice(at + 'node_modules/'.length).split('/');
  // pnpm keeps packages in node_modules/.pnpm/NAME@VERSION/node_modules/NAME.
  if (first === undefined || first === '' || first.startsWith('.')) return null;
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}

/** Line and column, from 0, of the declaration that stands nearest to line `near` (from 1); of a field else of a variable. */
function findDeclaration(text: string, name: string, near: number): { line: number; column: number } | null {
  const word = name.replace(/[^\w]/g, (character) => `\\${character}`);
  const edge = /^\w/.test(name) ? '(?<![\\w$.])' : '';
  const declared = new RegExp(
    `(?:\\b(?:const|let|var|class|function\\*?|static)\\s+(?:[\\w$]+\\s*=[^;]*,\\s*)?|(?:this|exports|globalThis|global)\\.)${word}(?![\\w$])|${edge}${word}\\s*[=:](?!=)`,
    'g',
  );
  let best: { line: number; column: number } | null = null;
  for (const match of text.matchAll(declared)) {
    const before = text.slice(0, match.index);
    const line = before.split('\n').length - 1;
    const column = match.index - (before.lastIndexOf('\n') + 1);
    if (best === null || Math.abs(line + 1 - near) < Math.abs(best.line + 1 - near)) best = { line, column };
  }
  return best;
}
