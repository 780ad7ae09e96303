import type { HeapGraph } from '../graph/heap-graph.js';
import { constructorName } from '../graph/constructor-name.js';
import { type HolderTree, CODE, NONE } from './holder-tree.js';
import { isDetachedElement, MODULE, plainClassName, VISIBLE } from './visibility.js';

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
  /** Float64: bytes of what is no part of it: compiled code, hidden classes, what is not reached. */
  readonly systemBytes: number;
  /** Uint32, length v: of some of the ids, a hash of the class, and of functions the name: the same object has it in every heap. 0: not of this id. */
  readonly nameHash: Uint32Array;
  /** Uint32, length v: nodeIndex. */
  readonly nodeIndex: Uint32Array;
}

/** Everything but what only compiled code holds. */
export function reduceToVisible(graph: HeapGraph, tree: HolderTree): VisibleHeap {
  const { nodeId, nodeSelfSize, nodeName, nodeType } = graph.columns;
  const { native } = graph.nodeKinds;
  const { order, parent, region } = tree;
  const { role } = tree.roles;
  /** By nodeIndex: 1 + place of the node itself, or of the visible one that it is part of. */
  const owner = new Int32Array(graph.nodeCount);
  let count = 0;
  let reached = 0;
  for (; reached < order.length; reached++) {
    const node = order[reached]!;
    if (region[node] === CODE) break;
    if (role[node] === VISIBLE || role[node] === MODULE) count++;
  }
  const id = nodeId instanceof Float64Array ? new Float64Array(count) : new Uint32Array(count);
  const classOf = new Uint32Array(count);
  const parentPlace = new Int32Array(count);
  const bytes = new Float64Array(count);
  const nodeIndex = new Uint32Array(count);
  const classes = new ClassTable(graph);
  let place = 0;
  let visibleBytes = 0;
  for (let i = 0; i < reached; i++) {
    const node = order[i]!;
    const above = parent[node] === NONE ? 0 : owner[parent[node]!]!;
    const size = nodeSelfSize[node]!;
    if (role[node] !== VISIBLE && role[node] !== MODULE) {
      owner[node] = above;
      if (above > 0) {
        bytes[above - 1]! += size;
        visibleBytes += size;
      }
      continue;
    }
    id[place] = nodeId[node]!;
    classOf[place] =
      nodeType[node] === native && isDetachedElement(graph, node)
        ? classes.named(plainClassName(graph, node))
        : classes.of(nodeType[node]!, nodeName[node]!);
    parentPlace[place] = above === 0 ? NONE : above - 1;
    bytes[place]! += size;
    visibleBytes += size;
    nodeIndex[place] = node;
    owner[node] = ++place;
  }
  let total = 0;
  for (let node = 0; node < graph.nodeCount; node++) total += nodeSelfSize[node]!;
  return {
    count,
    id,
    classOf,
    classNames: classes.names,
    parent: parentPlace,
    bytes,
    systemBytes: total - visibleBytes,
    nameHash: hashNames(graph, id, nodeIndex, classOf, classes.names),
    nodeIndex,
  };
}

/** Numbers the classes of a heap's nodes. */
class ClassTable {
  readonly names: string[] = [];
  readonly #graph: HeapGraph;
  readonly #byName = new Map<string, number>();
  /** By type: for types told apart by name, 1 + class by string; else 1 + class. */
  readonly #known: (Uint32Array | null)[];
  readonly #byType: Uint32Array;

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    const { schema, strings } = graph.columns;
    this.#known = schema.nodeTypes.map((type) =>
      type === 'object' || type === 'native' || type === 'synthetic' ? new Uint32Array(strings.length) : null,
    );
    this.#byType = new Uint32Array(schema.nodeTypes.length);
  }

  of(type: number, name: number): number {
    const known = this.#known[type];
    const found = known ? known[name]! : this.#byType[type]!;
    if (found > 0) return found - 1;
    const { schema, strings } = this.#graph.columns;
    const typeName = schema.nodeTypes[type]!;
    const index = this.named(
      typeName === 'synthetic' ? strings.get(name) : constructorName(typeName, known ? strings.get(name) : ''),
    );
    if (known) known[name] = 1 + index;
    else this.#byType[type] = 1 + index;
    return index;
  }

  named(name: string): number {
    let index = this.#byName.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.names.push(name);
      this.#byName.set(name, index);
    }
    return index;
  }
}

/** Ids that are odd are 2k + 1: of those with k divisible by this, names are compared. */
const SAMPLE = 16;

function hashNames(
  graph: HeapGraph,
  id: Uint32Array | Float64Array,
  nodeIndex: Uint32Array,
  classOf: Uint32Array,
  classNames: readonly string[],
): Uint32Array {
  const hashes = new NameHashes(graph);
  const nameHash = new Uint32Array(id.length);
  for (let place = 0; place < id.length; place++) {
    if (Math.floor(id[place]! / 2) % SAMPLE === 0)
      nameHash[place] = hashes.of(nodeIndex[place]!, classNames[classOf[place]!]!);
  }
  return nameHash;
}

/** Hashes of classes and of functions' names, each computed once. */
class NameHashes {
  readonly #graph: HeapGraph;
  /** By string: the hash of a function's name, 0 unread. */
  readonly #ofFunction: Uint32Array;
  readonly #ofClass = new Map<string, number>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    this.#ofFunction = new Uint32Array(graph.columns.strings.length);
  }

  of(node: number, className: string): number {
    const { nodeType, nodeName, strings } = this.#graph.columns;
    if (nodeType[node] === this.#graph.nodeKinds.closure) {
      const name = nodeName[node]!;
      if (this.#ofFunction[name] === 0) this.#ofFunction[name] = hashText(`function ${strings.get(name)}`);
      return this.#ofFunction[name]!;
    }
    // A string may become another kind of string, and an element leave its document.
    const kind = className.replace(/^\((?:concatenated|sliced) string\)$/, '(string)').replace(/^Detached /, '');
    let hash = this.#ofClass.get(kind);
    if (hash === undefined) this.#ofClass.set(kind, (hash = hashText(kind)));
    return hash;
  }
}

/** FNV-1a over UTF-16 units. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash >>> 0 || 1;
}
