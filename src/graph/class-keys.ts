import { TupleTable } from '../util/tuple-table.js';
import type { GraphBase } from './base.js';
import type { Classes } from './class-names.js';
import type { HeapGraph } from './heap-graph.js';

/** Where the constructor of an object is. */
export interface SourceLocation {
  readonly scriptId: number;
  /** As in the file: V8 counts lines and columns from 0. */
  readonly line: number;
  readonly column: number;
}

/** What DevTools makes a row of: a class name, and for objects the place of their constructor where the file has it. */
export interface ClassKey {
  readonly name: string;
  readonly location: SourceLocation | null;
}

export interface ClassKeys {
  /** The distinct keys. Some may have no node. */
  readonly keys: readonly ClassKey[];
  /** Uint32, length n: index into keys. */
  readonly keyIndex: Uint32Array;
}

export function computeClassKeys(graph: Pick<HeapGraph, keyof GraphBase | 'copyColumn'>, classes: Classes): ClassKeys {
  const { nodeType, locations } = graph.columns;
  const { object } = graph.nodeKinds;
  const { names, classIndex } = classes;
  const keys: ClassKey[] = names.map((name) => ({ name, location: null }));
  const keyIndex = graph.copyColumn(classIndex);
  const table = new TupleTable();
  for (let at = 0; at < locations.length; at += 4) {
    const node = locations[at]!;
    if (nodeType[node] !== object) continue;
    const own = classIndex[node]!;
    const scriptId = locations[at + 1]!;
    const line = locations[at + 2]!;
    const column = locations[at + 3]!;
    const known = table.size;
    const key = table.intern(scriptId, line, column, own);
    if (key === known) keys.push({ name: names[own]!, location: { scriptId, line, column } });
    keyIndex[node] = names.length + key;
  }
  return { keys, keyIndex };
}

/** DevTools' text for a class key: `scriptId,line,column,Name`, or `,Name`. The same class has it in every snapshot. */
export function classKeyText(key: ClassKey): string {
  const { name, location } = key;
  return location === null ? `,${name}` : `${location.scriptId},${location.line},${location.column},${name}`;
}
