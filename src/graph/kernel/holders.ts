import type { ColumnsMemory } from '../../snapshot/columns.js';
import type { GraphBase } from '../base.js';
import { DETACHED } from '../detachedness.js';
import {
  type HolderRules,
  type Holders,
  type HolderSearch,
  NO_EDGES,
  NONE,
  type RoundOptions,
} from '../holder-search.js';
import type { NodeLabels } from '../label-nodes.js';
import type { ClassNumbers, ReducedNodes, Reduction } from '../reduced-nodes.js';
import type { BaseLayout } from './layout.js';
import { type GraphKernel, STEP, upwards } from './load.js';

/** The kernels of a graph, and where it lies. */
export interface GraphInMemory {
  readonly base: GraphBase;
  readonly kernel: GraphKernel;
  readonly memory: ColumnsMemory;
  readonly layout: BaseLayout;
  readonly spares: readonly Spare[];
  /** What others will take. */
  readonly passing: readonly Spare[];
}

/** Node types are bytes. */
const TYPES = 256;

/** A part of the memory that nobody looks at any more. */
export interface Spare {
  address: number;
  readonly end: number;
}

/** Arrays in memory, as long as there is any; of no length from then on. */
class Arrays {
  readonly #memory: ColumnsMemory;
  readonly #spares: readonly Spare[];
  isFull = false;

  constructor(memory: ColumnsMemory, spares: readonly Spare[] = []) {
    this.#memory = memory;
    this.#spares = spares;
  }

  bytes(length: number): Uint8Array {
    return this.#view(Uint8Array, this.#reserve(length), length);
  }

  words(length: number): Uint32Array {
    return this.#view(Uint32Array, this.#reserve(4 * length), length);
  }

  signed(length: number): Int32Array {
    return this.#view(Int32Array, this.#reserve(4 * length), length);
  }

  /** With anything in them, like those that follow. */
  usedWords(length: number): Uint32Array {
    return this.#view(Uint32Array, this.#reuse(4 * length), length);
  }

  usedSigned(length: number): Int32Array {
    return this.#view(Int32Array, this.#reuse(4 * length), length);
  }

  usedDoubles(length: number): Float64Array {
    return this.#view(Float64Array, this.#reuse(8 * length), length);
  }

  #reuse(bytes: number): number | null {
    const spare = this.#spares.find(({ address, end }) => end - address >= bytes);
    if (spare === undefined) return this.#reserve(bytes);
    const { address } = spare;
    spare.address += Math.ceil(bytes / 8) * 8;
    return address;
  }

  #reserve(bytes: number): number | null {
    const address = this.isFull ? null : this.#memory.reserve(bytes);
    this.isFull ||= address === null;
    return address;
  }

  #view<Column>(
    Constructor: new (buffer: ArrayBufferLike, address: number, length: number) => Column,
    address: number | null,
    length: number,
  ): Column {
    return new Constructor(this.#memory.memory.buffer, address ?? 0, address === null ? 0 : length);
  }
}

/** As labelNodes() in plain script; null where there is no memory for it. */
export function labelNodes(graph: GraphInMemory, { isNamed, of }: NodeLabels): Uint8Array | null {
  const { base, kernel, memory, layout } = graph;
  const { nodeCount, nodeType, nodeName, strings } = base.columns;
  const arrays = new Arrays(memory);
  const label = arrays.bytes(nodeCount);
  const addresses = arrays.words(TYPES);
  const ofType = arrays.bytes(TYPES);
  const tables = isNamed.map((named) => (named ? arrays.bytes(strings.length) : null));
  if (arrays.isFull) return null;
  const isKnown = new Uint8Array(TYPES);
  tables.forEach((table, type) => {
    if (table === null) return;
    addresses[type] = table.byteOffset;
    isKnown[type] = 1;
  });
  for (let type = 0; type < isNamed.length; type++) if (isKnown[type] === 0) ofType[type] = of(type, 0);
  untilKnown(
    nodeCount,
    (start, end) =>
      kernel.labelNodes(
        label.byteOffset,
        layout.nodeType,
        layout.nodeName,
        addresses.byteOffset,
        ofType.byteOffset,
        start,
        end,
      ),
    (node) => {
      const type = nodeType[node]!;
      tables[type]![nodeName[node]!] = 1 + of(type, nodeName[node]!);
    },
  );
  return label;
}

/** Calls in steps from 0 up to `end`; where `run` stops before the end of a step, `teach` tells it what it does not know. */
function untilKnown(
  end: number,
  run: (start: number, end: number) => number,
  teach: (stoppedAt: number) => void,
): void {
  upwards(0, end, (start, stop) => {
    for (let at = start; (at = run(at, stop)) < stop;) teach(at);
  });
}

// What searchHolders() says.
const MORE = 1;
const ASKS = 2;

/** As the search in plain script, but for nodes and edges that are to be ignored. */
export class KernelHolderSearch implements HolderSearch {
  readonly #graph: GraphInMemory;
  readonly #rules: HolderRules;
  readonly #holders: Holders;
  readonly #mayPassBy: Uint8Array;

  /** Null where the labels are elsewhere, or there is no memory for it. */
  static begin(graph: GraphInMemory, rules: HolderRules): KernelHolderSearch | null {
    const { base, kernel, memory, layout } = graph;
    const { nodeCount, strings } = base.columns;
    const { edge, isFromTable } = base.weakMapPairs;
    const voidEdges = edge.filter((_, i) => isFromTable[i] === 1);
    const arrays = new Arrays(memory);
    const holders = {
      order: arrays.signed(nodeCount),
      parent: arrays.signed(nodeCount),
      // Each node's edge is put there before its parent.
      parentEdge: rules.withoutEdges ? NO_EDGES : arrays.signed(nodeCount),
      region: arrays.bytes(nodeCount),
    };
    const passedBy = arrays.words(2 * nodeCount);
    const mayPassBy = arrays.bytes(strings.length);
    const voids = arrays.words(voidEdges.length);
    if (arrays.isFull || !isInMemory(rules.label)) return null;
    holders.parent.fill(NONE);
    holders.parentEdge.fill(NONE);
    voids.set(voidEdges);
    kernel.startHolders(
      rules.label.byteOffset,
      holders.region.byteOffset,
      holders.order.byteOffset,
      holders.parent.byteOffset,
      (rules.withoutEdges ? holders.parent : holders.parentEdge).byteOffset,
      passedBy.byteOffset,
      layout.edgeName,
      mayPassBy.byteOffset,
      voids.byteOffset,
      voids.length,
    );
    const { weak, shortcut, property } = base.edgeKinds;
    kernel.setHolderEdges(weak, shortcut, property);
    upwards(0, nodeCount, (start, end) => kernel.closeNodes(rules.closed, start, end));
    return new KernelHolderSearch(graph, rules, holders, mayPassBy);
  }

  private constructor(graph: GraphInMemory, rules: HolderRules, holders: Holders, mayPassBy: Uint8Array) {
    this.#graph = graph;
    this.#rules = rules;
    this.#holders = holders;
    this.#mayPassBy = mayPassBy;
  }

  get reached(): number {
    return this.#graph.kernel.reachedCount() >>> 0;
  }

  begin(seeds: readonly number[], region: number): void {
    for (const seed of seeds) this.#graph.kernel.beginAt(seed, region);
  }

  takePassedBy(region: number): void {
    this.#graph.kernel.takePassedBy(region);
  }

  round(region: number, { passesBy = false, intoClosed = false }: RoundOptions = {}): void {
    const { kernel, base } = this.#graph;
    if (intoClosed) kernel.searchAgain();
    for (let said = MORE; said === MORE || said === ASKS;) {
      said = kernel.searchHolders(STEP, region, passesBy, intoClosed);
      if (said !== ASKS) continue;
      const name = base.columns.edgeName[kernel.askedEdge() >>> 0]!;
      this.#mayPassBy[name] = this.#rules.isPassedBy(base.columns.strings.get(name)) ? 2 : 1;
    }
  }

  end(): Holders {
    upwards(0, this.#graph.layout.nodeCount, (start, end) => this.#graph.kernel.keepRegions(start, end));
    return { ...this.#holders, order: this.#holders.order.subarray(0, this.reached) };
  }
}

/** The only memory that is shared is the kernels'. */
function isInMemory(column: { readonly buffer: ArrayBufferLike }): boolean {
  return column.buffer instanceof SharedArrayBuffer;
}

/** As reduceNodes() in plain script; null where what is to be reduced is elsewhere, or there is no memory for it. */
export function reduceNodes(
  graph: GraphInMemory,
  { label, order, parent }: Reduction,
  classes: ClassNumbers,
): ReducedNodes | null {
  if (![label, order, parent].every(isInMemory)) return null;
  const { base, kernel, memory, layout } = graph;
  const { nodeCount, nodeId, nodeType, nodeName, nodeDetachedness, strings } = base.columns;
  const { native, closure } = base.nodeKinds;
  let count = 0;
  upwards(
    0,
    order.length,
    (start, end) => (count += kernel.countStaying(label.byteOffset, order.byteOffset, start, end)),
  );
  const arrays = new Arrays(memory, graph.spares);
  const bytes = arrays.usedDoubles(count).fill(0);
  const hasWideIds = nodeId instanceof Float64Array;
  const id = hasWideIds ? arrays.usedDoubles(count) : arrays.usedWords(count);
  const owner = new Arrays(memory, [...graph.spares, ...graph.passing]).usedWords(nodeCount);
  const classOf = arrays.usedWords(count);
  const parentPlace = arrays.usedSigned(count);
  const nodeIndex = arrays.usedWords(count);
  const nameHash = arrays.usedWords(count).fill(0);
  const addresses = arrays.words(TYPES);
  const kinds = arrays.bytes(TYPES);
  const tables = classes.isNamed.map((named) => arrays.words(named ? strings.length : 1));
  // A name may be a class of each of three types, and of one more where it is detached; and each type has a class.
  const classHash = arrays.words(4 * strings.length + TYPES);
  const functionHash = arrays.words(strings.length);
  if (arrays.isFull || owner.length < nodeCount) return null;
  tables.forEach((table, type) => {
    addresses[type] = table.byteOffset;
    kinds[type] = type === native ? 2 : Number(classes.isNamed[type]);
  });
  kernel.startReduced(
    layout.nodeType,
    layout.nodeName,
    nodeId.byteOffset,
    layout.nodeSelfSize,
    hasWideIds,
    layout.hasWideSizes,
    owner.byteOffset,
    label.byteOffset,
    order.byteOffset,
    parent.byteOffset,
  );
  kernel.setClassTables(
    addresses.byteOffset,
    kinds.byteOffset,
    nodeDetachedness?.byteOffset ?? 0,
    classHash.byteOffset,
    functionHash.byteOffset,
    closure,
  );
  kernel.setReduced(
    id.byteOffset,
    classOf.byteOffset,
    parentPlace.byteOffset,
    bytes.byteOffset,
    nodeIndex.byteOffset,
    nameHash.byteOffset,
  );
  untilKnown(
    order.length,
    (start, end) => kernel.reduceNodes(start, end) >>> 0,
    (at) => {
      const node = order[at]!;
      const type = nodeType[node]!;
      const name = nodeName[node]!;
      const table = tables[type]!;
      const key = classes.isNamed[type] ? name : 0;
      const isDetached = type === native && nodeDetachedness?.[node] === DETACHED;
      const own = isDetached ? classes.ofDetached(node) : classes.of(type, name);
      if (isDetached) kernel.giveClass(1 + own);
      else table[key] = 1 + own;
      classHash[own] = classes.hashOf(own);
      if (type === closure) functionHash[name] = classes.hashOfFunction(name);
    },
  );
  const totalBytes = sumOfSizes(base, kernel, layout);
  const bytesLeftOut = totalBytes - kernel.stayingBytes();
  return { id, classOf, parent: parentPlace, bytes, nodeIndex, nameHash, bytesLeftOut, totalBytes };
}

function sumOfSizes({ columns }: GraphBase, kernel: GraphKernel, { nodeSelfSize, hasWideSizes }: BaseLayout): number {
  let sum = 0;
  if (hasWideSizes) for (const size of columns.nodeSelfSize) sum += size;
  else upwards(0, columns.nodeCount, (start, end) => (sum += kernel.sumSizes32(nodeSelfSize, start, end)));
  return sum;
}
