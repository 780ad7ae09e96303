/**
 * What a result looks like to people, before a renderer gives it a form. Sizes are bytes, shares 0 to 1. All texts may have come from the
 * snapshot: renderers put each of them through visibleText() (see untrusted-text.ts), and what their own form needs.
 */
export interface ReportDocument {
  /** Lines above the tables. */
  readonly header: readonly string[];
  /** What was found, in sentences: above the rest. */
  readonly findings?: readonly Finding[];
  /** Stands above the tables. */
  readonly tree?: ReportTree;
  readonly tables: readonly ReportTable[];
  /** Lines below the tables: totals, then remarks. */
  readonly notes: readonly string[];
}

/** Numbered. Untrusted, as it names what is in the snapshot. */
export interface Finding {
  readonly text: string;
  /** Lines of their own below it. */
  readonly details: readonly string[];
}

export interface ReportTable {
  /** A line above the table, where there are several. */
  readonly title?: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows (by number) that are of little weight. */
  readonly faintRows?: ReadonlySet<number>;
}

/** Numbers in columns, and behind them a tree of texts. */
export interface ReportTree {
  readonly columns: readonly ReportColumn[];
  /** Above the texts. */
  readonly title: string;
  readonly roots: readonly TreeLine[];
}

export interface TreeLine {
  /** One per column. */
  readonly cells: readonly Cell[];
  readonly text: readonly TextPart[];
  /** V8's id of the object that the line is about, where it is one: for what can lead there. */
  readonly nodeId?: number | null;
  readonly children: readonly TreeLine[];
}

/** From the snapshot, or our own: untrusted either way. */
export interface TextPart {
  readonly text: string;
  /** faint: what is said of the rest. */
  readonly style: 'plain' | 'strong' | 'faint';
}

export interface ReportColumn {
  /** The column's name in CSV and TSV; null for one that only people need (a share, which follows from the rest). */
  readonly key: string | null;
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Which end of a long name gives way: that of a path tells less at its start. */
  readonly cutAt?: 'start';
  /** Columns of a lower rank go first where a terminal is too narrow; rank 0 stays. */
  readonly rank: number;
}

export type Cell =
  /** From the snapshot: untrusted. whenEmpty: what people read where there is no text. */
  | { readonly type: 'name'; readonly text: string; readonly whenEmpty?: string }
  | { readonly type: 'count'; readonly value: number }
  | { readonly type: 'bytes'; readonly value: number }
  | { readonly type: 'share'; readonly value: number }
  /** Milliseconds. */
  | { readonly type: 'duration'; readonly value: number }
  /** From -1 to 1. */
  | { readonly type: 'ratio'; readonly value: number }
  /** Values over time, drawn. */
  | { readonly type: 'spark'; readonly values: readonly number[] }
  /** Our own. */
  | { readonly type: 'word'; readonly text: string }
  /** V8's id of a node. */
  | { readonly type: 'id'; readonly value: number }
  /** Of a node from the roots; null: not reached. */
  | { readonly type: 'distance'; readonly value: number | null }
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
