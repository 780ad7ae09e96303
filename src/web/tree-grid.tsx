import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { ReportTree, TextPart, TreeLine } from '../report/document.js';
import { visibleText } from '../report/untrusted-text.js';
import { formatNumberOf } from '../report/format.js';
import { CellContents } from './cell.js';
import type { TextFilter } from './filter.js';
import { objectAddress } from './links.js';

export interface TreeGridProps {
  readonly tree: ReportTree;
  readonly label: string;
  /** Levels that are open at first. */
  readonly open?: number;
  /** Shows the lines that match, and the way to them. */
  readonly filter?: TextFilter | null;
  readonly hasObjects?: boolean;
}

/** A line that is shown. */
interface Row {
  readonly line: TreeLine;
  /** Places on the way to it: `0.3.1`. */
  readonly key: string;
  /** From 1. */
  readonly level: number;
  readonly place: number;
  readonly siblings: number;
  readonly isOpen: boolean;
}

/** Rows of one tree on the page at once; what is beyond waits for a click. */
const ROWS_AT_ONCE = 200;

/**
 * Numbers in columns and a tree that opens: the ARIA pattern for a treegrid with focus on rows. Up and Down move, Right
 * opens, Left closes or goes to the parent, Home and End go to the ends.
 */
export function TreeGrid({ tree, label, open = 1, filter = null, hasObjects = false }: TreeGridProps): JSX.Element {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState('0');
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const body = useRef<HTMLTableSectionElement>(null);
  const matches = useMemo(() => (filter ? findMatches(tree.roots, filter) : null), [tree, filter]);
  const rows = useMemo(() => visibleRows(tree.roots, toggled, open, matches), [tree, toggled, open, matches]);
  const shown = rows.slice(0, most);
  const focused = shown.some(({ key }) => key === current) ? current : shown[0]?.key;

  const toggle = (key: string): void => {
    const next = new Set(toggled);
    if (!next.delete(key)) next.add(key);
    setToggled(next);
  };
  const focus = (row: Row | undefined): void => {
    if (!row) return;
    setCurrent(row.key);
    body.current?.querySelector<HTMLElement>(`[data-key="${row.key}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, row: Row, index: number): void => {
    const { isOpen, line, key } = row;
    const hasChildren = line.children.length > 0;
    const parent = key.slice(0, Math.max(0, key.lastIndexOf('.')));
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(shown[index + 1]),
      ArrowUp: () => focus(shown[index - 1]),
      Home: () => focus(shown[0]),
      End: () => focus(shown.at(-1)),
      ArrowRight: () => (hasChildren && !isOpen ? toggle(key) : hasChildren && focus(shown[index + 1])),
      ArrowLeft: () => (hasChildren && isOpen ? toggle(key) : focus(shown.find((other) => other.key === parent))),
      Enter: () => hasChildren && toggle(key),
      ' ': () => hasChildren && toggle(key),
    };
    const act = actions[event.key];
    // Alt and Left is the browser's; a link in the row has its own Enter.
    if (
      !act ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      (event.key === 'Enter' && event.target instanceof HTMLAnchorElement)
    )
      return;
    event.preventDefault();
    act();
  };
  if (rows.length === 0)
    return <p class="faint">{filter ? `No match in ${label.toLowerCase()}.` : 'Nothing to show.'}</p>;
  return (
    <div class="table-box">
      <div class="scroll">
        <table role="treegrid" aria-label={label} class="tree">
          <thead>
            <tr>
              {tree.columns.map((column, i) => (
                <th key={i} scope="col" class={column.align}>
                  {column.title}
                </th>
              ))}
              <th scope="col" class="left wide">
                {tree.title}
              </th>
            </tr>
          </thead>
          <tbody ref={body}>
            {shown.map((row, index) => (
              <tr
                key={row.key}
                data-key={row.key}
                role="row"
                aria-level={row.level}
                aria-posinset={row.place}
                aria-setsize={row.siblings}
                aria-expanded={row.line.children.length > 0 ? row.isOpen : undefined}
                tabIndex={row.key === focused ? 0 : -1}
                class={matches?.get(row.line) === 'match' ? 'match' : undefined}
                onFocus={() => setCurrent(row.key)}
                onKeyDown={(event) => onKeyDown(event, row, index)}
                onClick={(event) => {
                  if (row.line.children.length > 0 && !(event.target as Element).closest('a')) toggle(row.key);
                }}
              >
                {row.line.cells.map((cell, i) => (
                  <td key={i} role="gridcell" class={tree.columns[i]!.align}>
                    <CellContents cell={cell} />
                  </td>
                ))}
                <td role="gridcell" class="left">
                  <span class="tree-text" style={{ paddingLeft: `${(row.level - 1) * 18}px` }} title={textOf(row.line)}>
                    <span class="twist" aria-hidden="true">
                      {row.line.children.length === 0 ? '' : row.isOpen ? '▾' : '▸'}
                    </span>
                    <LineText line={row.line} hasObjects={hasObjects} isFocused={row.key === focused} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > shown.length && (
        <button
          type="button"
          onClick={() => {
            setMost(most + ROWS_AT_ONCE);
            // The button may be gone then: the keyboard goes on from the last line before.
            focus(shown.at(-1));
          }}
        >
          Show more: {formatNumberOf(rows.length - shown.length, 'line')} left
        </button>
      )}
    </div>
  );
}

/** @param isFocused whether the Tab key leads from the row to its link: one of them, else there are hundreds to go through */
function LineText(props: {
  readonly line: TreeLine;
  readonly hasObjects: boolean;
  readonly isFocused: boolean;
}): JSX.Element {
  const { line, hasObjects, isFocused } = props;
  const parts = line.text.map(({ text, style }: TextPart, i) => (
    <span key={i} class={style}>
      {visibleText(text)}
    </span>
  ));
  const { nodeId } = line;
  if (!hasObjects || typeof nodeId !== 'number') return <>{parts}</>;
  return (
    <a href={objectAddress(nodeId)} tabIndex={isFocused ? 0 : -1}>
      {parts}
    </a>
  );
}

function textOf({ text }: TreeLine): string {
  return visibleText(text.map((part) => part.text).join(''));
}

/** Lines that match, and those that lead to one. */
function findMatches(roots: readonly TreeLine[], filter: TextFilter): ReadonlyMap<TreeLine, 'match' | 'way'> {
  const found = new Map<TreeLine, 'match' | 'way'>();
  const visit = (line: TreeLine): boolean => {
    let leads = false;
    for (const child of line.children) leads = visit(child) || leads;
    const isMatch = filter(textOf(line));
    if (isMatch) found.set(line, 'match');
    else if (leads) found.set(line, 'way');
    return isMatch || leads;
  };
  roots.forEach(visit);
  return found;
}

/** @param toggled lines that are not as they were at first: open down to a level, or on the way to a match */
function visibleRows(
  roots: readonly TreeLine[],
  toggled: ReadonlySet<string>,
  open: number,
  matches: ReadonlyMap<TreeLine, 'match' | 'way'> | null,
): Row[] {
  const rows: Row[] = [];
  const visit = (lines: readonly TreeLine[], level: number, above: string): void => {
    lines.forEach((line, i) => {
      if (matches && !matches.has(line) && !toggled.has(above)) return;
      const key = above === '' ? String(i) : `${above}.${i}`;
      const isOpenAtFirst = matches ? line.children.some((child) => matches.has(child)) : level <= open;
      const isOpen = line.children.length > 0 && isOpenAtFirst !== toggled.has(key);
      rows.push({ line, key, level, place: i + 1, siblings: lines.length, isOpen });
      if (isOpen) visit(line.children, level + 1, key);
    });
  };
  visit(roots, 1, '');
  return rows;
}
