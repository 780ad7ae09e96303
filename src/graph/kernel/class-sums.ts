import type { Grouping, GroupSizes, SizedGraph } from '../group-sizes.js';
import type { NamedNodes, NamingRules } from '../named-nodes.js';
import type { PlainObjects } from '../plain-objects.js';
import {
  bytesOfRecords,
  layInPreorder,
  type Preorder,
  readRecords,
  startRecords,
  sumByNode,
  sumInPreorder,
} from './groups.js';
import type { BaseLayout } from './layout.js';
import { type GraphKernel, upwards } from './load.js';
import { nameNodesInMemory, type NamingTask, takeNamed } from './naming.js';
import { completePiece, offerNaming, offerSums } from './pieces.js';
import { Room } from './room.js';
import type { Helper } from './two-threads.js';

/** Names nodes and adds up groups of them, in the room that the dominators have left. Null for what there is no room for. */
export class ClassSums {
  readonly #kernel: GraphKernel;
  readonly #layout: BaseLayout;
  readonly #room: Room;
  readonly #stringCount: number;
  /** Columns that lie in memory. */
  readonly #columns = new WeakSet<Uint32Array | Uint8Array>();
  /** What another thread has been asked to do, */
  #offered: { readonly task: NamingTask; readonly helper: Helper } | null = null;
  /** and what came of it, until somebody takes it. */
  #named: NamedNodes | null = null;

  constructor(kernel: GraphKernel, layout: BaseLayout, room: Room, stringCount: number) {
    this.#kernel = kernel;
    this.#layout = layout;
    this.#room = room;
    this.#stringCount = stringCount;
  }

  copy<Column extends Uint8Array | Uint32Array>(column: Column): Column | null {
    const copied = this.#room.put(column);
    if (copied) this.#columns.add(copied);
    return copied;
  }

  /**
   * Has the other thread name the nodes; nameNodes() then waits for it. Until then there is no room for anything else.
   * @param free until completeNaming(), where there is anything besides the room; as below
   */
  beginNaming(rules: NamingRules, free: Room | null, helper: Helper): void {
    const task = this.#namingTask(rules, free);
    if (task === null) return;
    offerNaming(helper, task);
    this.#offered = { task, helper };
  }

  nameNodes(rules: NamingRules, free: Room | null): NamedNodes | null {
    this.completeNaming();
    const named = this.#named ?? this.#nameHere(rules, free);
    this.#named = null;
    return named ?? (free && this.#nameHere(rules, null));
  }

  #nameHere(rules: NamingRules, free: Room | null): NamedNodes | null {
    const task = this.#namingTask(rules, free);
    return task && this.#nameNodes(task, null);
  }

  /** What the other thread has begun is done. */
  completeNaming(): void {
    if (this.#offered === null) return;
    const { task, helper } = this.#offered;
    this.#offered = null;
    this.#named = this.#nameNodes(task, helper);
  }

  #nameNodes(task: NamingTask, helper: Helper | null): NamedNodes | null {
    const run = (): void => nameNodesInMemory(this.#kernel, this.#room.buffer, this.#layout, task);
    if (helper) completePiece(helper, run);
    else run();
    const found = takeNamed(this.#room.buffer, this.#layout.nodeCount, task);
    this.#room.start = task.start;
    if (found === null) return null;
    this.#room.take(found.bytes);
    this.#columns.add(found.named.code);
    return found.named;
  }

  /** Takes all of the room. */
  #namingTask({ codeOfType, firstCode, detachedness }: NamingRules, free: Room | null): NamingTask | null {
    const room = this.#room;
    const { start: before, end: roomEnd, buffer } = room;
    const types = room.put(codeOfType);
    // Codes, plain objects and their shapes, which are n at most.
    const end = free ? roomEnd : Math.min(roomEnd, room.start + 12 * this.#layout.nodeCount + 64);
    const scratch = free ?? new Room(buffer, end, roomEnd);
    const states = detachedness && (this.#columns.has(detachedness) ? detachedness : scratch.put(detachedness));
    if (types === null || (detachedness && !states)) {
      room.start = before;
      return null;
    }
    room.start = roomEnd;
    return {
      start: types.byteOffset,
      end,
      scratch: scratch.start,
      scratchEnd: scratch.end,
      firstCode,
      stringCount: this.#stringCount,
      detachedness: states?.byteOffset ?? 0,
    };
  }

  /** False where it cannot: for columns that are not of nameNodes(). */
  renumber(column: Uint32Array, numbers: Uint32Array): boolean {
    if (!this.#columns.has(column)) return false;
    return this.#room.passing(() => {
      const copy = this.#room.put(numbers);
      if (copy === null) return false;
      upwards(0, column.length, (start, end) => this.#kernel.renumber(column.byteOffset, copy.byteOffset, start, end));
      return true;
    });
  }

  /** The same, of plain objects of nameNodes(). */
  renumberPlain(column: Uint32Array, { nodes, shape }: PlainObjects, ofShape: Uint32Array): boolean {
    if (!this.#columns.has(column)) return false;
    return this.#room.passing(() => {
      const copy = this.#room.put(ofShape);
      if (copy === null) return false;
      upwards(0, nodes.length, (start, end) =>
        this.#kernel.renumberPlain(column.byteOffset, nodes.byteOffset, shape.byteOffset, copy.byteOffset, start, end),
      );
      return true;
    });
  }

  /** Room for the dominator tree, from the end. @param ends address of n + 2 words that may be used for it, if any */
  takePreorder(ends: number | null): Preorder | null {
    const { nodeCount } = this.#layout;
    const endsAt = ends ?? this.#room.takeFromEnd(4 * (nodeCount + 1));
    const inPreorder = this.#room.takeFromEnd(4 * nodeCount);
    return endsAt === null || inPreorder === null ? null : { ends: endsAt, inPreorder };
  }

  layInPreorder(graph: SizedGraph, preorder: Preorder): void {
    layInPreorder(this.#kernel, graph, preorder);
  }

  /** After layInPreorder(). */
  sum(graph: SizedGraph, { groupCount, groupOf }: Grouping, helper: Helper | null): GroupSizes | null {
    const { distance, shallowSize, columns } = graph;
    const isInMemory = groupOf === columns.nodeType || this.#columns.has(groupOf);
    return this.#room.passing(() => {
      const records = this.#room.take(bytesOfRecords(groupCount));
      const ownRecords = this.#room.take(bytesOfRecords(groupCount));
      const groups = isInMemory ? groupOf : this.#room.put(groupOf);
      if (records === null || ownRecords === null || groups === null) return null;
      const { buffer } = this.#room;
      startRecords(buffer, records, groupCount);
      startRecords(buffer, ownRecords, groupCount);
      const task = {
        groups: groups.byteOffset,
        hasSmallGroups: groups instanceof Uint8Array,
        records,
        shallow: shallowSize.byteOffset,
        hasWideShallow: shallowSize instanceof Float64Array,
        distance: distance.byteOffset,
      };
      const run = (): void => sumByNode(this.#kernel, this.#layout, task);
      if (helper) offerSums(helper, task);
      sumInPreorder(this.#kernel, this.#layout, { ...task, records: ownRecords }, graph.retainedSize);
      if (helper) completePiece(helper, run);
      else run();
      return readRecords(buffer, records, ownRecords, groupCount);
    });
  }
}
