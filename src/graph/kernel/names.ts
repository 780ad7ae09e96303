import type { GraphBase } from '../base.js';
import { DESCRIPTORS_NAME, isDescriptorLink, NATIVE_CONTEXT_NAME, SLOPPY_MAP_NAME } from '../distances.js';
import { PLAIN_NAME } from '../plain-objects.js';
import { EXTERNAL_STRING_DATA } from '../shallow-sizes.js';
import { type GraphKernel, upwards } from './load.js';

// Flags by string, as in assembly/names.ts: what is asked of it,
const OF_HIDDEN = 1;
const OF_ARRAY = 2;
const OF_NATIVE = 4;
const OF_DESCRIPTOR = 8;
const OF_CONTEXT_EDGE = 16;
const OF_OBJECT = 32;
const ANY = OF_HIDDEN | OF_ARRAY | OF_NATIVE | OF_OBJECT;
// and the answers.
const IS_CONTEXT = 1;
const IS_DESCRIPTORS = 2;
const IS_EXTERNAL_DATA = 4;
const IS_LINK = 32;
const IS_SLOPPY_MAP = 64;
const IS_PLAIN = 128;
const ABOUT_NODES = IS_CONTEXT | IS_DESCRIPTORS | IS_EXTERNAL_DATA | IS_PLAIN;

/** Edges found in one call. */
export const EDGES_AT_ONCE = 1 << 16;
const IS_WANTED = 128;

/**
 * Tells the kernels what they have to know of names, and which nodes may be owned. Only names that a rule may be about are decoded.
 * @param ruled address of n words: for the nodes that there are rules for. Returns how many these are.
 * @param list n words for passing use
 */
export function answerNames(
  base: GraphBase,
  kernel: GraphKernel,
  flags: Uint8Array,
  ownable: number,
  ruled: number,
  list: Uint32Array,
): number {
  const { nodeCount, strings } = base.columns;
  const forFlagged = (wanted: number, visit: (name: number, asked: number) => void): void => {
    for (let start = 0; start < flags.length; start += list.length) {
      const end = Math.min(flags.length, start + list.length);
      const count = kernel.listFlagged(list.byteOffset, wanted, start, end);
      for (let i = 0; i < count; i++) visit(list[i]!, flags[list[i]!]!);
    }
  };
  upwards(0, nodeCount, (start, end) => kernel.askNodeNames(start, end));
  forFlagged(ANY, (name, asked) => {
    const text = strings.get(name);
    let is = 0;
    if ((asked & OF_HIDDEN) !== 0 && text === NATIVE_CONTEXT_NAME) is |= IS_CONTEXT;
    if ((asked & OF_ARRAY) !== 0 && text === DESCRIPTORS_NAME) is |= IS_DESCRIPTORS;
    if ((asked & OF_NATIVE) !== 0 && text === EXTERNAL_STRING_DATA) is |= IS_EXTERNAL_DATA;
    if ((asked & OF_OBJECT) !== 0 && text === PLAIN_NAME) is |= IS_PLAIN;
    flags[name] = is;
  });
  let ruledEnd = ruled;
  upwards(0, nodeCount, (start, end) => (ruledEnd = kernel.sortNodes(ownable, ruledEnd, start, end) >>> 0));
  forFlagged(OF_DESCRIPTOR | OF_CONTEXT_EDGE, (name, asked) => {
    const text = strings.get(name);
    let is = asked & ABOUT_NODES;
    if (isDescriptorLink(Number.parseInt(text, 10))) is |= IS_LINK;
    if (text === SLOPPY_MAP_NAME) is |= IS_SLOPPY_MAP;
    flags[name] = is;
  });
  return (ruledEnd - ruled) / 4;
}

/** The edges of one type with one of these names. `list`: address of EDGES_AT_ONCE words. All flags are 0, before and afterwards. */
export function edgesNamed(
  kernel: GraphKernel,
  words: Uint32Array,
  list: number,
  flags: Uint8Array,
  edgeCount: number,
  type: number,
  names: Uint32Array,
): number[] {
  for (const name of names) flags[name] = IS_WANTED;
  const found: number[] = [];
  const [low, high] = [names[0]!, names.at(-1)!];
  for (let start = 0; start < edgeCount; start += EDGES_AT_ONCE) {
    const end = Math.min(edgeCount, start + EDGES_AT_ONCE);
    const count = kernel.edgesNamed(list, type, low, high, IS_WANTED, start, end);
    for (let i = 0; i < count; i++) found.push(words[i]!);
  }
  for (const name of names) flags[name] = 0;
  return found;
}
