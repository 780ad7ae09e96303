/** A snapshot that was written to a file. Sizes in bytes. */
export interface CapturedSnapshot {
  readonly file: string;
  /** Of the file, packed where it is. */
  readonly bytes: number;
  /** How long it took, in milliseconds: about as long the process stood still. */
  readonly took: number;
  /** Before the snapshot. */
  readonly heapUsed: number;
  /** Of the process; null where it does not tell (a page). */
  readonly rss: number | null;
}

/** What `heapstat capture` has written. */
export interface CaptureResult {
  readonly type: 'capture';
  readonly version: 1;
  /** What was captured, for people. */
  readonly of: string;
  readonly rows: readonly CapturedSnapshot[];
}
