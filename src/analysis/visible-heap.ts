import { signed } from '../util/signed.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { constructorName } from '../graph/constructor-name.js';
import { type HolderTree, CODE, NONE } from './holder-tree.js';
import { isDetachedElement, PEOPLE_KNOW, plainClassName } from './visibility.js';

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
  const { nodeId, nodeSelfSize, nodeType } = graph.columns;
  const nodeName = signed(graph.columns.nodeName);
  const { native } = graph.nodeKinds;
  const { order, parent, region } = tree;
  const { role } = tree.roles;
  let reached = 0;
  let count = 0;
  while (reached < order.length && region[order[reached]!] !== CODE) {
    if (role[order[reached++]!]! & PEOPLE_KNOW) count++;
  }
  /** By nodeIndex: 1 + place of the node itself, or of the visible one that it is part of. */
  const owner = new Int32Array(graph.nodeCount);
  const id = nodeId instanceof Float64Array ? new Float64Array(count) : new Uint32Array(count);
  const classOf = new Uint32Array(count);
  const parentPlace = new Int32Array(count);
  // One more, at the beginning: what no visible node holds counts there.
  const bytes = new Float64Array(count + 1);
  const nodeIndex = new Uint32Array(count);
  const classes = new ClassTable(graph);
  const { byText, byType } = classes;
  let place = 0;
  for (let i = 0; i < reached; i++) {
    const node = order[i]!;
    const up = parent[node]!;
    const above = up === NONE ? 0 : owner[up]!;
    if ((role[node]! & PEOPLE_KNOW) === 0) {
      owner[node] = above;
      bytes[above]! += nodeSelfSize[node]!;
      continue;
    }
    const type = nodeType[node]!;
    id[place] = nodeId[node]!;
    const texts = byText[type]!;
    const known = texts === null ? byType[type]! : texts[nodeName[node]!]!;
    classOf[place] =
      type === native && isDetachedElement(graph, node)
        ? classes.named(plainClassName(graph, node))
        : known > 0
          ? known - 1
          : classes.of(type, nodeName[node]!);
    parentPlace[place] = above - 1;
    nodeIndex[place] = node;
    owner[node] = ++place;
    bytes[place]! += nodeSelfSize[node]!;
  }
  let total = 0;
  for (let node = 0; node < graph.nodeCount; node++) total += nodeSelfSize[node]!;
  let visibleBytes = 0;
  for (let at = 1; at <= count; at++) visibleBytes += bytes[at]!;
  return {
    count,
    id,
    classOf,
    classNames: classes.names,
    parent: parentPlace,
    bytes: bytes.subarray(1),
    systemBytes: total - visibleBytes,
    nameHash: hashNames(graph, id, nodeIndex, classOf, classes.names),
    nodeIndex,
  };
}

/** Types whose nodes are told apart by their name. */
const NAMED_BY_TEXT: ReadonlySet<string> = new Set(['object', 'native', 'synthetic']);

/** Numbers the classes of a heap's nodes. */
class ClassTable {
  readonly names: string[] = [];
  /** By type, Uint32 by string: 1 + class of the nodes of that type and name, 0 unread; null where names do not matter. */
  readonly byText: readonly (Uint32Array | null)[];
  /** Uint32, by type: 1 + class of its nodes, 0 unread, where names do not matter. */
  readonly byType: Uint32Array;
  readonly #graph: HeapGraph;
  readonly #byName = new Map<string, number>();

  constructor(graph: HeapGraph) {
    this.#graph = graph;
    const { schema, strings } = graph.columns;
    this.byText = schema.nodeTypes.map((type) => (NAMED_BY_TEXT.has(type) ? new Uint32Array(strings.length) : null));
    this.byType = new Uint32Array(schema.nodeTypes.length);
  }

  of(type: number, name: number): number {
    const { schema, strings } = this.#graph.columns;
    const typeName = schema.nodeTypes[type]!;
    const texts = this.byText[type]!;
    const text = texts === null ? '' : strings.get(name);
    const index = this.named(typeName === 'synthetic' ? text : constructorName(typeName, text));
    if (texts === null) this.byType[type] = 1 + index;
    else texts[name] = 1 + index;
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
