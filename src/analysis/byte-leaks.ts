import type { GrowthGroups } from './growth-groups.js';
import { byteLeakPerWindow, leakPerWindow, windowsOf } from './growth-test.js';
import { NONE, PROGRAM } from './holder-tree.js';
import { hopTo } from './hop-names.js';
import { nameHolder } from './leak-holder.js';
import { type Naming } from './naming.js';
import type { FoundLeak } from './found-leak.js';
import { plainClassName } from './visibility.js';
import type { VisibleHeap } from './visible-heap.js';

/** A table with more objects in it than this grows with them, and is no leak of bytes alone. */
const FEW_PARTS = 16;

const NO_MEMBER = 0;
const FIXED_MEMBERS = 1;
const ANY_MEMBER = 2;

const TYPED_ARRAY = /^(?:Buffer|DataView|(?:Int|Uint|Float|BigInt|BigUint)\d+(?:Clamped)?Array|FastBuffer)$/;
const BYTE_CONTAINERS =
  /^(?:Array|Map|Set|Object|ArrayBuffer|SharedArrayBuffer|\((?:concatenated )?string\)|Buffer|(?:Int|Uint|Float|BigInt|BigUint)\d+(?:Clamped)?Array)$/;

/**
 * Tables, buffers and texts that get larger without holding more objects.
 * @param taken V8's ids of what is known to hold more objects
 */
export function findByteLeaks(
  heap: VisibleHeap,
  grown: GrowthGroups,
  naming: Naming,
  taken: ReadonlySet<number>,
): FoundLeak[] {
  const { groups, classNames, groupOf, isFixed } = grown;
  const { parent, count } = heap;
  const held = new Map<number, number>();
  groups.forEach(({ fixedId, count: counts }) => {
    if (!Number.isNaN(fixedId)) held.set(fixedId, (held.get(fixedId) ?? 0) + Math.max(...counts));
  });
  const isContainer = classNames.map((className) => BYTE_CONTAINERS.test(className));
  /** Uint8, by group: which of its members may grow. */
  const mayGrow = Uint8Array.from(groups, (group) => {
    if (!isContainer[group.class] || leakPerWindow(windowsOf(group)) > 0) return NO_MEMBER;
    return group.count.every((n) => n === 1) ? ANY_MEMBER : FIXED_MEMBERS;
  });
  const found: FoundLeak[] = [];
  for (let place = 0; place < count; place++) {
    const which = mayGrow[groupOf[place]!]!;
    if (which === NO_MEMBER || (which === FIXED_MEMBERS && isFixed[place] === 0)) continue;
    const group = groups[groupOf[place]!]!;
    let bytes = grown.fixedBytes(place);
    if (bytes === null) {
      // Replaced by a larger one each time: the same place, another object.
      if (parent[place] === NONE) continue;
      bytes = group.bytes;
    } else if ((held.get(heap.id[place]!) ?? 0) > FEW_PARTS) continue;
    if (byteLeakPerWindow(bytes) === 0) continue;
    let named = place;
    while (/^(ArrayBuffer|SharedArrayBuffer)$/.test(heap.classNames[heap.classOf[named]!]!)) {
      const up = parent[named]!;
      if (up === NONE || !TYPED_ARRAY.test(heap.classNames[heap.classOf[up]!]!)) break;
      named = up;
    }
    const node = heap.nodeIndex[named]!;
    if (taken.has(heap.id[named]!)) continue;
    const hop = hopTo(naming.graph, naming.tree, node);
    if (hop.holder === NONE || naming.tree.region[node] !== PROGRAM) continue;
    found.push({
      constructor: plainClassName(naming.graph, node),
      group: groups[groupOf[named]!]!,
      nodes: [node],
      holder: nameHolder(naming, node),
      alsoHeldBy: [],
      along: [],
      bytes,
      onlyBytes: true,
      isOfProgram: true,
      containerNode: node,
    });
  }
  return found;
}
