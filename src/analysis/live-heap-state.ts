/** How far the loading of a heap is that pages ask about. */
export type LoadState =
  /** Nothing is loaded. */
  | { readonly type: 'none' }
  /** Bytes; total 0: not known. */
  | { readonly type: 'reading'; readonly done: number; readonly total: number }
  | { readonly type: 'computing' }
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string };
