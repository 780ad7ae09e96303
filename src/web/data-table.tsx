import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Cell, ReportColumn, ReportTable } from '../report/document.js';
import { visibleText } from '../report/untrusted-text.js';
import { formatCount } from '../util/bytes.js';
import { CellContents, cellValue } from './cell.js';
import type { TextFilter } from './filter.js';
import { Pager } from './pager.js';

export interface DataTableProps {
  readonly table: ReportTable;
  /** What it is, for who does not see what stands above it. */
  readonly label: string;
  /** Of the first column's texts. */
  readonly filter?: TextFilter | null;
  /** Where the first cell of a row leads. */
  readonly addressOf?: ((cells: readonly Cell[]) => string | undefined) | undefined;
  readonly hasObjects?: boolean;
  /** Where the rows are a part of more, which are elsewhere. */
  readonly part?: TablePart;
  /** What stands where there is no row. */
  readonly whenEmpty?: string;
}

export interface TablePart {
  /** How many rows come before these, and how many there are in all. */
  readonly from: number;
  readonly count: number;
  /** Rows of a page. */
  readonly size: number;
  readonly onFrom: (from: number) => void;
}

interface Order {
  readonly column: number;
  readonly isUp: boolean;
}

const PAGE_ROWS = 25;

/** Rows that are sorted by a click on a column's head, a page at a time: some tables have thousands. */
export function DataTable(props: DataTableProps): JSX.Element {
  const {
    table: whole,
    label,
    filter = null,
    addressOf,
    hasObjects = false,
    part,
    whenEmpty = 'Nothing to show.',
  } = props;
  const table = useMemo(() => withoutMinorColumns(whole), [whole]);
  const [order, setOrder] = useState<Order | null>(null);
  const [page, setPage] = useState(0);
  const matching = useMemo(() => selectRows(table, filter), [table, filter]);
  const rows = useMemo(() => (order === null ? matching : sortRows(matching, order)), [matching, order]);
  const pageRows = part ? rows.length : PAGE_ROWS;
  const pages = Math.max(1, Math.ceil(rows.length / pageRows));
  const shown = Math.min(page, pages - 1);
  const first = shown * pageRows;
  const names = table.columns.filter(({ align }) => align === 'left').length;
  // Of some rows, the largest is not that of all.
  const isSortable = !part || part.count <= part.size;
  const sortBy = (column: number): void => {
    setOrder((old) => nextOrder(old, column, table.columns[column]!));
    setPage(0);
  };
  if (rows.length === 0) return <p class="faint">{filter ? `No match in ${label.toLowerCase()}.` : whenEmpty}</p>;
  return (
    <div class="table-box">
      <div class="scroll">
        <table aria-label={label} class={names === 2 ? 'names two' : 'names'}>
          <thead>
            <tr>
              {table.columns.map((column, i) => (
                <th key={i} scope="col" class={column.align} aria-sort={sortState(order, i)}>
                  {isSortable ? (
                    <button type="button" class="sort" onClick={() => sortBy(i)}>
                      {column.title}
                      <span aria-hidden="true" class="arrow">
                        {order?.column === i ? (order.isUp ? '▲' : '▼') : ''}
                      </span>
                    </button>
                  ) : (
                    column.title
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(first, first + pageRows).map((row) => (
              <tr key={row.index} class={table.faintRows?.has(row.index) ? 'faint' : undefined}>
                {row.cells.map((cell, i) => (
                  <td key={i} class={table.columns[i]!.align}>
                    <CellContents
                      cell={cell}
                      hasObjects={hasObjects}
                      address={i === 0 ? addressOf?.(row.cells) : undefined}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {part
        ? part.count > part.size && (
            <Pager
              label={label}
              page={Math.floor(part.from / part.size)}
              pages={Math.ceil(part.count / part.size)}
              text={rangeText(part.from, rows.length, part.count)}
              onPage={(to) => part.onFrom(to * part.size)}
            />
          )
        : (pages > 1 || filter) && (
            <Pager
              label={label}
              page={shown}
              pages={pages}
              text={`${rangeText(first, Math.min(pageRows, rows.length - first), rows.length)}${filter ? ` matching (${formatCount(table.rows.length)} in all)` : ''}`}
              onPage={setPage}
            />
          )}
    </div>
  );
}

/** Columns of a higher rank than this are for data, and for terminals of any width. */
const HIGHEST_RANK = 3;

function withoutMinorColumns(table: ReportTable): ReportTable {
  const isKept = table.columns.map(({ rank }) => rank <= HIGHEST_RANK);
  if (!isKept.includes(false)) return table;
  const kept = <Item,>(items: readonly Item[]): Item[] => items.filter((_, i) => isKept[i]);
  return { ...table, columns: kept(table.columns), rows: table.rows.map(kept) };
}

interface Row {
  /** Its place in the table as given. */
  readonly index: number;
  readonly cells: readonly Cell[];
}

function selectRows({ rows }: ReportTable, filter: TextFilter | null): Row[] {
  const all = rows.map((cells, index) => ({ index, cells }));
  if (filter === null) return all;
  return all.filter(({ cells: [first] }) => first?.type === 'name' && filter(visibleText(first.text)));
}

function sortRows(rows: readonly Row[], { column, isUp }: Order): Row[] {
  const sign = isUp ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [x, y] = [cellValue(a.cells[column]!), cellValue(b.cells[column]!)];
    return sign * (x < y ? -1 : x > y ? 1 : 0) || a.index - b.index;
  });
}

/** The more telling end first, then the other, then as given. */
function nextOrder(old: Order | null, column: number, { align }: ReportColumn): Order | null {
  const isUpFirst = align === 'left';
  if (old?.column !== column) return { column, isUp: isUpFirst };
  return old.isUp === isUpFirst ? { column, isUp: !isUpFirst } : null;
}

function sortState(order: Order | null, column: number): 'ascending' | 'descending' | undefined {
  return order?.column !== column ? undefined : order.isUp ? 'ascending' : 'descending';
}

function rangeText(from: number, shown: number, count: number): string {
  return `${formatCount(from + 1)}–${formatCount(from + shown)} of ${formatCount(count)}`;
}
