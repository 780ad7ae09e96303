import { withRoom } from '../util/columns.js';
import { IdSet, IdsTooFarApart } from '../util/id-set.js';
import { NO_FIELD, type Schema } from './schema.js';
import { CheckedStrings } from './checked-strings.js';
import type { SectionReader, SnapshotSink } from './sink.js';
import { StringSection } from './string-section.js';

/** Edges of these types carry a number, not a name. */
const NUMBERED_EDGES: ReadonlySet<string> = new Set(['element', 'hidden']);
/** Bytes that may be kept to find out what is unreachable: enough for a file of about 700 MB. */
const REACH_BYTES = 256e6;
/** Different names of numbers that are kept. More than one tells that values were captured. */
const FEW_NAMES = 2;
const DETACHED = 2;
const MAX_UINT32 = 0xffffffff;

/** What it takes to tell which nodes no strong edge leads to. n nodes, m edges. */
export interface ReachColumns {
  readonly nodeCount: number;
  readonly rootIndex: number;
  /** Uint32, at least n + 1 long: node i's edges are firstEdge[i] .. firstEdge[i + 1] - 1. */
  readonly firstEdge: Uint32Array;
  /** Bytes, at least n long. */
  readonly selfSize: Float64Array;
  /** Uint32, at least m long: nodeIndex of the target; of the source, where the edge holds nothing. */
  readonly edgeTarget: Uint32Array;
}

/** The columns of ReachColumns while they grow. */
interface KeptColumns {
  firstEdge: Uint32Array;
  selfSize: Float64Array;
  edgeTarget: Uint32Array;
}

/**
 * Looks at every number of a snapshot, and keeps no more than it has to: a bit per id, and up to REACH_BYTES for what is
 * unreachable. What is wrong with a number is counted, not thrown.
 */
export class HealthSink implements SnapshotSink {
  readonly checksAll = true;
  readonly #reachBytes: number;
  readonly #ids = new IdSet();
  readonly #wrong = new Map<string, { count: number; first: string }>();
  /** Names of nodes of type number, a few. */
  readonly #numberNames = new Set<number>();
  #largestName = -1;
  #largestNameOwner = '';
  /** What is wrong with the largest name, known when the strings are counted. */
  #badName: string | null = null;
  /** What is wrong with the root, known then too: a file that is cut may have it in what is lost. */
  #badRoot: string | null = null;
  #strings: CheckedStrings | null = null;
  #reach: KeptColumns | null = {
    firstEdge: new Uint32Array(1),
    selfSize: new Float64Array(0),
    edgeTarget: new Uint32Array(0),
  };
  /** The node whose edges are being read. */
  #source = 0;
  header: Schema | null = null;
  nodeCount = 0;
  /** Sum of the nodes' edge counts. */
  edgeTotal = 0;
  /** Edges met. */
  edgeCount = 0;
  locationCount = 0;
  /** null: the strings did not come to their end. */
  stringTotal: number | null = null;
  /** Bytes. */
  selfSize = 0;
  /** null: they are too far apart to find out. */
  repeatedIds: number | null = 0;
  detached = 0;
  hasHidden = false;
  readonly numberTexts: string[] = [];

  /** @param reachBytes see REACH_BYTES */
  constructor(reachBytes = REACH_BYTES) {
    this.#reachBytes = reachBytes;
  }

  #isRepeated(ids: IdSet, id: number): boolean {
    try {
      return !ids.add(id);
    } catch (error) {
      if (!(error instanceof IdsTooFarApart)) throw error;
      this.repeatedIds = null;
      return false;
    }
  }

  schema(schema: Schema): void {
    this.header = schema;
    // Known beforehand, they need not be filled to the brim first.
    this.#reserve(schema.declaredNodeCount + 1, schema.declaredEdgeCount);
  }

  /** One line for each kind of damage. */
  get problems(): string[] {
    const wrong = [...this.#wrong].map(([what, { count, first }]) =>
      count === 1 ? `${what}: ${first}` : `${what} in ${count} records: ${first}, and others`,
    );
    if (this.#badRoot !== null) wrong.push(this.#badRoot);
    if (this.#badName !== null) wrong.push(this.#badName);
    const { bad = 0, firstBad = 0 } = this.#strings ?? {};
    if (bad > 0) wrong.push(`${bad} bytes of strings are no JSON: the first is byte ${firstBad} of the file`);
    return wrong;
  }

  nodes(values: Float64Array, records: number): void {
    const schema = this.header!;
    const { nodeStride, nodeTypeOffset, nodeNameOffset, nodeIdOffset, nodeSelfSizeOffset, nodeEdgeCountOffset } =
      schema;
    const { nodeDetachednessOffset: stateOffset, nodeTypes } = schema;
    const typeCount = nodeTypes.length;
    const [hidden, number] = [nodeTypes.indexOf('hidden'), nodeTypes.indexOf('number')];
    const ids = this.#ids;
    const first = this.nodeCount;
    const reach = this.#reserve(first + records + 1, this.edgeCount);
    let { edgeTotal } = this;
    for (let k = 0, at = 0; k < records; k++, at += nodeStride) {
      const type = values[at + nodeTypeOffset]!;
      const name = values[at + nodeNameOffset]!;
      const id = values[at + nodeIdOffset]!;
      const size = values[at + nodeSelfSizeOffset]!;
      const edges = values[at + nodeEdgeCountOffset]!;
      if (!isIndex(type, typeCount))
        this.#note('node', first + k, 'type', type, `one of the ${typeCount} that the header names`);
      if (!isIndex(name, MAX_UINT32)) this.#note('node', first + k, 'name', name, 'a string index');
      else if (name > this.#largestName) this.#noteName(name, 'node', first + k);
      if (!isIndex(id, Infinity)) this.#note('node', first + k, 'id', id, 'a whole number, 0 or more');
      else if (this.repeatedIds !== null && this.#isRepeated(ids, id)) this.repeatedIds++;
      if (!isIndex(size, Infinity)) this.#note('node', first + k, 'self size', size, 'a whole number, 0 or more');
      const isCount = isIndex(edges, MAX_UINT32);
      if (!isCount) this.#note('node', first + k, 'edge count', edges, 'a count');
      else edgeTotal += edges;
      if (type === hidden) this.hasHidden = true;
      else if (type === number && this.#numberNames.size < FEW_NAMES) this.#numberNames.add(name);
      if (stateOffset !== NO_FIELD) {
        const state = values[at + stateOffset]!;
        if (state === DETACHED) this.detached++;
        else if (!isIndex(state, Infinity))
          this.#note('node', first + k, 'detachedness', state, 'a whole number, 0 or more');
      }
      this.selfSize += size;
      if (reach) {
        reach.firstEdge[first + k + 1] = edgeTotal;
        reach.selfSize[first + k] = size;
      }
    }
    this.edgeTotal = edgeTotal;
    this.nodeCount = first + records;
  }

  readonly edges = (values: Float64Array, records: number): void => {
    const { edgeStride, edgeTypeOffset, edgeNameOffset, edgeTargetOffset, edgeTypes, nodeStride, rootOffset } =
      this.header!;
    const typeCount = edgeTypes.length;
    const isNumbered = edgeTypes.map((type) => NUMBERED_EDGES.has(type));
    const [weak, shortcut] = [edgeTypes.indexOf('weak'), edgeTypes.indexOf('shortcut')];
    const nodeNumbers = this.nodeCount * nodeStride;
    const root = Math.floor(rootOffset / nodeStride);
    const first = this.edgeCount;
    const reach = this.#reserve(this.nodeCount + 1, first + records);
    let source = this.#source;
    for (let k = 0, at = 0; k < records; k++, at += edgeStride) {
      const type = values[at + edgeTypeOffset]!;
      const name = values[at + edgeNameOffset]!;
      const offset = values[at + edgeTargetOffset]!;
      if (!isIndex(type, typeCount))
        this.#note('edge', first + k, 'type', type, `one of the ${typeCount} that the header names`);
      if (isNumbered[type]) {
        // From 2^31 on it is printed as negative: -2^31 and up.
        if (!isIndex(name < 0 ? -name - 1 : name, name < 0 ? 2 ** 31 : 2 ** 32))
          this.#note('edge', first + k, 'index', name, 'of 32 bits');
      } else if (!isIndex(name, MAX_UINT32)) this.#note('edge', first + k, 'name', name, 'a string index');
      else if (name > this.#largestName) this.#noteName(name, 'edge', first + k);
      const isTarget = isIndex(offset, nodeNumbers) && offset % nodeStride === 0;
      if (!isTarget)
        this.#note(
          'edge',
          first + k,
          'target',
          offset,
          `the place of a node: a multiple of ${nodeStride} below ${nodeNumbers}`,
        );
      if (!reach) continue;
      while (source < this.nodeCount && reach.firstEdge[source + 1]! <= first + k) source++;
      const holds = isTarget && type !== weak && (type !== shortcut || source === root);
      reach.edgeTarget[first + k] = holds ? offset / nodeStride : source;
    }
    this.#source = source;
    this.edgeCount = first + records;
  };

  readonly locations = (values: Float64Array, records: number): void => {
    const { locationStride, locationNodeOffset, nodeStride, ...header } = this.header!;
    const places = [
      ['script id', header.locationScriptIdOffset],
      ['line', header.locationLineOffset],
      ['column', header.locationColumnOffset],
    ] as const;
    const nodeNumbers = this.nodeCount * nodeStride;
    for (let k = 0; k < records; k++) {
      const offset = values[k * locationStride + locationNodeOffset]!;
      if (!isIndex(offset, nodeNumbers) || offset % nodeStride !== 0)
        this.#note(
          'location',
          this.locationCount + k,
          'node',
          offset,
          `a multiple of ${nodeStride} below ${nodeNumbers}`,
        );
      for (const [field, fieldOffset] of places) {
        const value = values[k * locationStride + fieldOffset]!;
        if (!isIndex(value, MAX_UINT32 + 1))
          this.#note('location', this.locationCount + k, field, value, 'a number of 32 bits');
      }
    }
    this.locationCount += records;
  };

  /** What there is of a cut file is looked at as well. */
  readonly cut = (): void => {};

  readonly stringSection = (): SectionReader => {
    const take = (index: number, text: string): void => this.string(index, text);
    this.#strings = new CheckedStrings(new StringSection(this.wantedStrings(), take));
    return this.#strings;
  };

  wantedStrings(): Uint32Array {
    return Uint32Array.from(this.#numberNames).toSorted();
  }

  string(_index: number, text: string): void {
    this.numberTexts.push(text);
  }

  stringCount(count: number): void {
    this.stringTotal = count;
    this.#badRoot = this.#checkRoot();
    if (this.#largestName >= count)
      this.#badName = `${this.#largestNameOwner} names string ${this.#largestName}, but the file has ${count} strings`;
  }

  #checkRoot(): string | null {
    const { rootOffset, nodeStride } = this.header!;
    if (this.nodeCount === 0) return 'there are no nodes: not even a root';
    const nodeNumbers = this.nodeCount * nodeStride;
    return isIndex(rootOffset, nodeNumbers) && rootOffset % nodeStride === 0
      ? null
      : `the header's root_index is ${rootOffset}, where there should be a multiple of ${nodeStride} below ${nodeNumbers}`;
  }

  /** null where that is more than may be kept, or nodes and edges do not fit together. */
  get reach(): ReachColumns | null {
    const { nodeStride, rootOffset } = this.header!;
    if (!this.#reach || this.edgeTotal !== this.edgeCount) return null;
    return { nodeCount: this.nodeCount, rootIndex: Math.floor(rootOffset / nodeStride), ...this.#reach };
  }

  /** The columns with room for so many; null from when on they would be too large. */
  #reserve(starts: number, edges: number): KeptColumns | null {
    const reach = this.#reach;
    if (!reach) return null;
    if (starts * 12 + edges * 4 > this.#reachBytes) {
      this.#reach = null;
      return null;
    }
    reach.firstEdge = withRoom(reach.firstEdge, starts);
    reach.selfSize = withRoom(reach.selfSize, starts);
    reach.edgeTarget = withRoom(reach.edgeTarget, edges);
    return reach;
  }

  #note(kind: string, record: number, field: string, value: number, expected: string): void {
    const what = `${kind === 'edge' ? 'an' : 'a'} ${kind}'s ${field} is not ${expected}`;
    const known = this.#wrong.get(what);
    if (known) known.count++;
    else this.#wrong.set(what, { count: 1, first: `${kind} record ${record} has ${value}` });
  }

  #noteName(name: number, kind: string, record: number): void {
    this.#largestName = name;
    this.#largestNameOwner = `${kind} record ${record}`;
  }
}

function isIndex(value: number, limit: number): boolean {
  return value >= 0 && value < limit && value === Math.trunc(value);
}
