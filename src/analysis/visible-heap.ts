import type { HeapGraph } from '../graph/heap-graph.js';
import { constructorName } from '../graph/constructor-name.js';
import type { ClassNumbers } from '../graph/reduced-nodes.js';
import type { HolderTree } from './holder-tree.js';
import { plainClassName } from './visibility.js';

/** The visible nodes of a heap and how they hold each other: all that telling growth needs. v nodes, parents first. */
export interface VisibleHeap {
  readonly count: number;
  /** Length v: V8's ids. */
  readonly id: Uint32Array | Float64Array;
  /** Uint32, length v: index into classNames. */
  readonly classOf: Uint32Array;
  readonly classNames: readonly string[];
  /** Int32, length v: place of the visible node that holds it; NONE for what roots hold. */
  readonly parent: Int32Array;
  /** Float64, length v: bytes of the node and of the folded nodes below it. */
  readonly bytes: Float64Array;
  /** Bytes of all nodes. */
  readonly totalBytes: number;
  /** Bytes of what is no part of it: compiled code, hidden classes, what is not reached. */
  readonly systemBytes: number;
  /** Uint32, length v: of some of the ids, a hash of the class, and of functions the name: the same object has it in every heap. 0: not of this id. */
  readonly nameHash: Uint32Array;
  /** Uint32, length v: nodeIndex; of none where the graph has been let go. */
  readonly nodeIndex: Uint32Array;
}

/**
 * Everything but what only compiled code holds. Columns may lie in the graph's memory, which then lives as long as they do.
 */
export function reduceToVisible(
  graph: HeapGraph,
  { roles, order, reachedBeforeCode, parent }: HolderTree,
): VisibleHeap {
  const classes = new ClassTable(graph);
  const reached = order.subarray(0, reachedBeforeCode);
  const {
    bytesLeftOut: systemBytes,
    totalBytes,
    ...columns
  } = graph.holders.reduceNodes({ label: roles.role, order: reached, parent }, classes);
  return { ...columns, count: columns.id.length, classNames: classes.names, totalBytes, systemBytes };
}

/** Types whose nodes are told apart by their name. */
const NAMED_BY_TEXT: ReadonlySet<string> = new Set(['object', 'native', 'synthetic']);

/** Numbers the classes of a heap's nodes. Snapshots of one process are compared by hashes of classes and of functions' names. */
class ClassTable implements ClassNumbers {
  readonly names: string[] = [];
  readonly isNamed: readonly boolean[];
  readonly #graph: HeapGraph;
  readonly #byName = new Map<string, number>();
  /** By class. */
  readonly #hashes: number[] = [];
  /** By string: of a function's name. */
  readonly #functionHashes = new Map<number, number>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.isNamed = graph.columns.schema.nodeTypes.map((type) => NAMED_BY_TEXT.has(type));
  }

  of(type: number, name: number): number {
    const { schema, strings } = this.#graph.columns;
    const typeName = schema.nodeTypes[type]!;
    const text = this.isNamed[type] ? strings.get(name) : '';
    return this.#named(typeName === 'synthetic' ? text : constructorName(typeName, text));
  }

  ofDetached(node: number): number {
    return this.#named(plainClassName(this.#graph, node));
  }

  #named(name: string): number {
    let index = this.#byName.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.names.push(name);
      // A string may become another kind of string, and an element leave its document.
      const kind = name.replace(/^\((?:concatenated|sliced) string\)$/, '(string)').replace(/^Detached /, '');
      this.#hashes.push(hashText(kind));
      this.#byName.set(name, index);
    }
    return index;
  }

  hashOf(classNumber: number): number {
    return this.#hashes[classNumber]!;
  }

  hashOfFunction(name: number): number {
    let hash = this.#functionHashes.get(name);
    if (hash === undefined) {
      hash = hashText(`function ${this.#graph.columns.strings.get(name)}`);
      this.#functionHashes.set(name, hash);
    }
    return hash;
  }
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash >>> 0 || 1;
}
