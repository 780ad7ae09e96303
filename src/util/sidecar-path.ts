/** Where what a process said of its memory lies: beside its snapshot, whatever that is packed by. */
export function sidecarPath(snapshot: string): string {
  return `${snapshot.replace(/\.(gz|br|zst)$/, '')}.memory.json`;
}
