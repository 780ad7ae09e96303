import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget } from '../graph/node-text.js';
import { findScripts, scriptNames } from '../graph/scripts.js';
import { type SourcePlace, sourcePlace } from './source-place.js';

/** A place in a program's source; lines and columns from 0, as everywhere in results. */
export interface NamedPlace extends SourcePlace {
  /** The npm package that a path under node_modules belongs to, or null. */
  readonly package: string | null;
}

/** Where a place in a compiled script was written; null where the map does not tell. */
export type MapPlace = (place: SourcePlace) => SourcePlace | null;

/**
 * Where functions and constructors stand. The file's locations give a script's id, line and column for closures,
 * generators, and for objects that of their constructor.
 */
export class SourcePlaces {
  readonly #graph: HeapGraph;
  readonly #mapPlace: MapPlace;
  /** By nodeIndex: offset of its location. */
  #locations: Map<number, number> | undefined;
  #scripts: Map<number, number> | undefined;
  #names: Map<number, string> | undefined;

  constructor(graph: HeapGraph, mapPlace: MapPlace = () => null) {
    this.#graph = graph;
    this.#mapPlace = mapPlace;
  }

  /** Of the node, or for an object of its constructor. */
  of(node: number): NamedPlace | null {
    const raw = this.#raw(node);
    return raw && this.#named(raw);
  }

  /** Whether code of the program stands there, and not of Node itself or of V8. Where the file has no locations: yes. */
  isOfProgram(node: number): boolean {
    if (this.#graph.columns.locations.length === 0) return true;
    const raw = this.#raw(node);
    return raw !== null && !isBuiltIn(raw.script);
  }

  /**
   * Where the script in which `node` stands declares a variable or a field; else where the node itself stands. The
   * declaration is looked up in the script's text, of which snapshots keep 1,024 characters.
   */
  ofName(node: number, name: string): NamedPlace | null {
    const raw = this.#raw(node);
    if (raw === null) return null;
    this.#scripts ??= findScripts(this.#graph);
    const script = this.#scripts.get(raw.scriptId);
    const source = script === undefined ? null : internalTarget(this.#graph, script, 'source');
    const { strings, nodeName } = this.#graph.columns;
    const found = source === null ? null : findDeclaration(strings.get(nodeName[source]!), name, raw.line);
    return this.#named(found === null ? raw : { ...raw, ...found });
  }

  #raw(node: number): SourcePlace | null {
    const { locations } = this.#graph.columns;
    if (this.#locations === undefined) {
      this.#locations = new Map();
      for (let at = 0; at < locations.length; at += 4) this.#locations.set(locations[at]!, at);
    }
    const at = this.#locations.get(node) ?? this.#ofModuleCode(node);
    if (at === undefined) return null;
    this.#names ??= scriptNames(this.#graph);
    const location = { scriptId: locations[at + 1]!, line: locations[at + 2]!, column: locations[at + 3]! };
    return sourcePlace(location, this.#names);
  }

  /** A module has no location; the generator or function that runs it has. */
  #ofModuleCode(node: number): number | undefined {
    const { nodeName, strings, firstEdge, edgeTarget, edgeType } = this.#graph.columns;
    if (strings.get(nodeName[node]!) !== 'system / SourceTextModule') return undefined;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (edgeType[edge] !== this.#graph.edgeKinds.hidden) continue;
      const at = this.#locations!.get(edgeTarget[edge]!);
      if (at !== undefined) return at;
    }
    return undefined;
  }

  #named(raw: SourcePlace): NamedPlace {
    const place = this.#mapPlace(raw) ?? raw;
    return { ...place, package: place.script === null ? null : packageOf(place.script) };
  }
}

/** Node's own modules. */
export function isBuiltIn(script: string | null): boolean {
  return script !== null && /^(?:node:|internal\/|evalmachine)/.test(script);
}

/** `lodash` or `@scope/name` from a path under node_modules: the innermost one. */
export function packageOf(path: string): string | null {
  const parts = path.split(/[\\/]/);
  const at = parts.lastIndexOf('node_modules') + 1;
  const [first, second] = at === 0 ? [] : parts.slice(at);
  if (first === undefined || first === '' || first.startsWith('.')) return null;
  return first.startsWith('@') && second !== undefined ? `${first}/${second}` : first;
}

/** No program's variable has a longer name. */
const LONGEST_VARIABLE = 200;

/** Where a name is declared or assigned as a property, nearest to line `near`; lines and columns from 0. */
function findDeclaration(text: string, name: string, near: number): { line: number; column: number } | null {
  if (name === '' || name.length > LONGEST_VARIABLE) return null;
  const word = name.replace(/\W/g, String.raw`\$&`);
  const declared = new RegExp(
    String.raw`\b(?:const|let|var|class|function\*?|static)\s+${word}(?![\w$])|\.${word}\s*=(?!=)|(?<![\w$.])${word}\s*[=:](?!=)`,
    'g',
  );
  let best: { line: number; column: number } | null = null;
  let line = 0;
  let lineStart = 0;
  for (const { index } of text.matchAll(declared)) {
    for (let end = text.indexOf('\n', lineStart); end >= 0 && end < index; end = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = end + 1;
    }
    if (best === null || Math.abs(line - near) < Math.abs(best.line - near)) best = { line, column: index - lineStart };
  }
  return best;
}
