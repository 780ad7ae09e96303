/** What a result looks like to people, before a renderer gives it a form. Sizes are bytes, shares 0 to 1. */
export interface ReportDocument {
  /** Lines above the tables. */
  readonly header: readonly string[];
  readonly tables: readonly ReportTable[];
  /** Lines below the tables: totals, then remarks. */
  readonly notes: readonly string[];
}

export interface ReportTable {
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

export interface ReportColumn {
  /** The column's name in CSV and TSV; null for one that only people need (a share, which follows from the rest). */
  readonly key: string | null;
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Columns of a lower rank go first where a terminal is too narrow; rank 0 stays. */
  readonly rank: number;
}

export type Cell =
  /** From the snapshot: untrusted. */
  | { readonly type: 'name'; readonly text: string }
  | { readonly type: 'count'; readonly value: number }
  | { readonly type: 'bytes'; readonly value: number }
  | { readonly type: 'share'; readonly value: number }
  /** Signed; growth is bad news. */
  | { readonly type: 'countChange'; readonly value: number }
  | { readonly type: 'bytesChange'; readonly value: number };

export interface FormatOptions {
  /** Sizes as exact bytes instead of kB, MB... */
  readonly exactBytes: boolean;
}

export interface RenderOptions extends FormatOptions {
  readonly color: boolean;
  /** Columns of the terminal; undefined where the output is no terminal. */
  readonly width: number | undefined;
}
