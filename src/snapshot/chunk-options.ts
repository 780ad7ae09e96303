/** Bytes per read of a file. */
export const READ_SIZE = 1 << 20;

/** @param done bytes of the input read so far (packed ones, where it is packed) @param total of how many; 0: not known */
export type OnProgress = (done: number, total: number) => void;

export interface ChunkOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Memory to read into, where the source can choose: a chunk is then a part of it. */
  readonly buffer?: Uint8Array | undefined;
  /** True: packed data that is cut ends where it is cut, without an error. */
  readonly salvage?: boolean | undefined;
}
