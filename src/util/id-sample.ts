/** About so many ids of a heap are looked at: the share of some kind among them is then known to a percent. */
const WANTED = 2048;
/** What is beyond so many, were the ids spread oddly, is left out. */
export const MOST_SAMPLED = 1 << 13;

/**
 * The mask that a heap's ids are sampled by: isSampled() lets through about WANTED of them, or all where there are
 * fewer. Always 2^k - 1, so that what a larger mask lets through a smaller one does too.
 */
export function sampleMask(nodeCount: number): number {
  let mask = 0;
  while (nodeCount / (mask + 1) > WANTED && mask < 0xffff) mask = mask * 2 + 1;
  return mask;
}

/** Whether an id is of the sample: by its value alone, so that every snapshot gives the same ids. */
export function isSampled(id: number, mask: number): boolean {
  return ((Math.imul(id, 0x9e3779b1) >>> 16) & mask) === 0;
}

/** So much of a text is enough to tell two names apart, with its length. */
const HASHED_LENGTH = 32;

/** FNV-1a over both texts: two objects with equal hashes are of one type and name, as good as surely. */
export function hashTexts(type: string, name: string): number {
  return mix(mix(0x811c9dc5, type), name) >>> 0;
}

function mix(start: number, text: string): number {
  const end = Math.min(text.length, HASHED_LENGTH);
  let hash = Math.imul(start ^ text.length, 0x01000193);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
