import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget } from '../graph/node-text.js';
import { findScripts, scriptNames } from '../graph/scripts.js';
import { MODULE_NAME } from './module-exports.js';
import { type SourcePlace, sourcePlace } from './source-place.js';

/** A place in a program's source; lines and columns from 0, as everywhere in results. */
export interface NamedPlace extends SourcePlace {
  /** The npm package that a path under node_modules belongs to, or null. */
  readonly package: string | null;
  /** Where no place in the script is known: it is that of its start. */
  readonly isWhole?: true;
}

/** Where a place in a compiled script was written; null where the map does not tell. */
export type MapPlace = (place: SourcePlace) => SourcePlace | null;

/** The whole text of a script by its path or URL; null where it is not to be had. */
export type ReadScript = (script: string) => string | null;

/** What a name is of: a variable of a function or module, or a property of an object. */
export type NameKind = 'variable' | 'property';

/** Where places are looked up, beyond what the snapshot says. */
export interface PlaceSources {
  readonly mapPlace?: MapPlace | undefined;
  readonly readScript?: ReadScript | undefined;
}

/**
 * Where functions and constructors stand. The file's locations give a script's id, line and column for closures,
 * generators, and for objects that of their constructor.
 */
export class SourcePlaces {
  readonly #graph: HeapGraph;
  readonly #mapPlace: MapPlace;
  readonly #readScript: ReadScript;
  /** See numberRows(). */
  #rows: Uint32Array | undefined;
  #scripts: Map<number, number> | undefined;
  #names: Map<number, string> | undefined;
  /** By script id: as much of its text as is known. */
  readonly #texts = new Map<number, string>();

  constructor(graph: HeapGraph, { mapPlace = () => null, readScript = () => null }: PlaceSources = {}) {
    this.#graph = graph;
    this.#mapPlace = mapPlace;
    this.#readScript = readScript;
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
   * Where the script in which `node` stands declares a variable or a field; else where the node itself stands: a function,
   * or the script as a whole.
   */
  ofName(node: number, name: string, kind: NameKind): NamedPlace | null {
    const raw = this.#raw(node);
    if (raw === null) return null;
    const isModule = this.#locationOf(node) === undefined;
    const found = findDeclaration(this.#textOf(raw), name, { kind, near: raw.line, isOutermost: isModule });
    if (found !== null) return this.#named({ ...raw, ...found }, true);
    // What runs a module has a place in it that says nothing of what it declares.
    return this.#named(isModule ? { ...raw, line: 0, column: 0 } : raw);
  }

  /** Where a script, by its path, gives a property this name; else the script as a whole. */
  ofScript(script: string, name: string): NamedPlace {
    const [scriptId] = [...this.#scriptNames()].find(([, known]) => known === script) ?? [];
    // Of a script without functions the snapshot keeps nothing: its file has to do, as it is now.
    const text = scriptId === undefined ? this.#readScript(script) : this.#textOf({ scriptId, script });
    const found = findDeclaration(text ?? '', name, FROM_THE_TOP);
    return this.#named({ scriptId: scriptId ?? NO_SCRIPT, script, line: 0, column: 0, ...found }, found !== null);
  }

  /** Where one of the program's own scripts, not of a package, gives a global a value. */
  ofGlobal(name: string): NamedPlace | null {
    const own = [...this.#scriptNames()].filter(([, script]) => !isBuiltIn(script) && packageOf(script) === null);
    for (const [scriptId, script] of own.slice(0, MOST_SCRIPTS)) {
      const whole = { scriptId, script, line: 0, column: 0 };
      const found = findDeclaration(this.#textOf(whole), name, FROM_THE_TOP);
      if (found !== null) return this.#named({ ...whole, ...found }, true);
    }
    return null;
  }

  /** Snapshots keep the first 1,024 characters of a script: a file is only taken for its rest where it begins with these. */
  #textOf({ scriptId, script }: Pick<SourcePlace, 'scriptId' | 'script'>): string {
    const known = this.#texts.get(scriptId);
    if (known !== undefined) return known;
    this.#scripts ??= findScripts(this.#graph);
    const node = this.#scripts.get(scriptId);
    const source = node === undefined ? null : internalTarget(this.#graph, node, 'source');
    const { strings, nodeName } = this.#graph.columns;
    let text = source === null ? '' : strings.get(nodeName[source]!);
    if (text.length >= MOST_IN_SNAPSHOT && script !== null && !isBuiltIn(script)) {
      const whole = this.#readScript(script);
      if (whole?.startsWith(text)) text = whole;
    }
    this.#texts.set(scriptId, text);
    return text;
  }

  #scriptNames(): Map<number, string> {
    return (this.#names ??= scriptNames(this.#graph));
  }

  /** Where in the column locations that of a node begins. */
  #locationOf(node: number): number | undefined {
    const { locations } = this.#graph.columns;
    this.#rows ??= numberRows(locations, this.#graph.nodeCount);
    const row = this.#rows[node]!;
    return row === 0 ? undefined : 4 * (row - 1);
  }

  #raw(node: number): SourcePlace | null {
    const { locations } = this.#graph.columns;
    const at = this.#locationOf(node) ?? this.#ofModuleCode(node);
    if (at === undefined) return null;
    const location = { scriptId: locations[at + 1]!, line: locations[at + 2]!, column: locations[at + 3]! };
    return sourcePlace(location, this.#scriptNames());
  }

  /** A module has no location; the generator or function that runs it has. */
  #ofModuleCode(node: number): number | undefined {
    const { nodeName, strings, firstEdge, edgeTarget, edgeType } = this.#graph.columns;
    if (strings.get(nodeName[node]!) !== MODULE_NAME) return undefined;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (edgeType[edge] !== this.#graph.edgeKinds.hidden) continue;
      const at = this.#locationOf(edgeTarget[edge]!);
      if (at !== undefined) return at;
    }
    return undefined;
  }

  /** @param isDeclared whether something is known to begin there, be it at the script's start */
  #named(raw: SourcePlace, isDeclared = false): NamedPlace {
    const place = this.#mapPlace(raw) ?? raw;
    const isWhole = !isDeclared && place.line === 0 && place.column === 0;
    return {
      ...place,
      package: place.script === null ? null : packageOf(place.script),
      ...(isWhole ? { isWhole } : {}),
    };
  }
}

/** Uint32, by nodeIndex: 1 + number of its location, or 0. */
function numberRows(locations: Uint32Array, nodeCount: number): Uint32Array {
  const rows = new Uint32Array(nodeCount);
  for (let row = 0; 4 * row < locations.length; row++) rows[locations[4 * row]!] = row + 1;
  return rows;
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

/** Characters: V8's limit for names in snapshots, a script's text among them. */
const MOST_IN_SNAPSHOT = 1024;

/** No program's variable has a longer name. */
const LONGEST_VARIABLE = 200;

interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

interface Declared {
  readonly kind: NameKind;
  /** The line from which it is known, from 0. */
  readonly near: number;
  /** Whether it is a variable of a module, which begins a line. */
  readonly isOutermost: boolean;
}

/** V8's id of no script. */
const NO_SCRIPT = 0;

const FROM_THE_TOP: Declared = { kind: 'property', near: 0, isOutermost: false };

/** A line, up to the name, of which the rest is a comment. */
const COMMENT = /^\s*(?:\*|\/\*)|\/\/\s/;
/** Scripts in which a global is looked for. */
const MOST_SCRIPTS = 500;
/** Characters before a name that are looked at. */
const LONGEST_COMMENT = 400;
const SYMBOL_NAME = /^<symbol (.*)>$/s;

/**
 * Where a name is declared, or assigned as a property, nearest to line `near`: as what it is before anything else that
 * looks like it. Lines and columns from 0.
 */
function findDeclaration(text: string, name: string, { kind, near, isOutermost }: Declared): LineAndColumn | null {
  if (name === '' || name.length > LONGEST_VARIABLE) return null;
  const symbol = SYMBOL_NAME.exec(name)?.[1];
  const word = escaped(symbol ?? name);
  // A symbol is mostly in a variable that is called like it: state, or kState.
  const inBrackets = symbol
    ? String.raw`(?:\w*[.])?k?[${escaped(symbol[0]!.toLowerCase() + symbol[0]!.toUpperCase())}]${escaped(symbol.slice(1))}`
    : word;
  const variable = String.raw`\b(?:const|let|var|class|function\*?)\s+${word}(?![\w$])|\b(?:const|let|var)\s*[{[][^=;]{0,200}?(?<![\w$.])${word}(?![\w$])`;
  const field = String.raw`\.${word}\s*(?:\?\?|\|\|)?=(?!=)|(?=${word})(?<=^[ \t]*(?:static[ \t]+)?)${word}\s*=(?!=)|\[${inBrackets}\]\s*=(?!=)`;
  const other = String.raw`(?<![\w$.])${word}\s*[=:](?!=)`;
  const outermost = isOutermost ? nearest(text, String.raw`^(?:export\s+(?:default\s+)?)?(?:${variable})`, near) : null;
  if (outermost !== null) return outermost;
  const [first, second] = kind === 'variable' ? [variable, field] : [field, variable];
  return nearest(text, first, near) ?? nearest(text, other, near) ?? nearest(text, second, near);
}

/** As a regular expression that matches it. */
function escaped(text: string): string {
  return text.replace(/\W/g, String.raw`\$&`);
}

function nearest(text: string, pattern: string, near: number): LineAndColumn | null {
  let best: LineAndColumn | null = null;
  let line = 0;
  let lineStart = 0;
  let lineEnd = text.indexOf('\n');
  for (const { index } of text.matchAll(new RegExp(pattern, 'gm'))) {
    while (lineEnd >= 0 && lineEnd < index) {
      line++;
      lineStart = lineEnd + 1;
      lineEnd = text.indexOf('\n', lineStart);
    }
    // Minified scripts have lines of megabytes.
    if (COMMENT.test(text.slice(Math.max(lineStart, index - LONGEST_COMMENT), index))) continue;
    if (best === null || Math.abs(line - near) < Math.abs(best.line - near)) best = { line, column: index - lineStart };
    if (line >= near) break;
  }
  return best;
}
