/** About so many ids of a heap are looked at: the share of some kind among them is then known to a percent. */
const WANTED = 8192;

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

/** FNV-1a over the UTF-16 units of both texts: two objects with equal hashes are of one type and name, as good as surely. */
export function hashTexts(first: string, second: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < first.length; i++) hash = Math.imul(hash ^ first.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ 0xffff, 0x01000193);
  for (let i = 0; i < second.length; i++) hash = Math.imul(hash ^ second.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
