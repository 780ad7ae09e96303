import type { JSX } from 'preact';
import type { Cell } from '../report/document.js';
import { formatCell } from '../report/format.js';
import { visibleName } from '../report/untrusted-text.js';
import { formatCount } from '../util/bytes.js';
import { objectAddress } from './links.js';
import { Sparkline } from './sparkline.js';

const FORMAT = { exactBytes: false };

/** The text that a cell shows; a name with what is unsafe made visible. */
export function cellText(cell: Cell): string {
  return cell.type === 'name' ? visibleName(cell.text, cell.whenEmpty) : formatCell(cell, FORMAT);
}

/** What a column of such cells is sorted by. */
export function cellValue(cell: Cell): number | string {
  switch (cell.type) {
    case 'name':
    case 'word':
      return cell.text;
    case 'spark':
      return (cell.values.at(-1) ?? 0) - (cell.values[0] ?? 0);
    default:
      return cell.value ?? Number.POSITIVE_INFINITY;
  }
}

/** A cell's contents. @param address where a name leads, if anywhere @param hasObjects whether ids lead to objects */
export function CellContents(props: {
  readonly cell: Cell;
  readonly address?: string | undefined;
  readonly hasObjects?: boolean;
}): JSX.Element {
  const { cell, address, hasObjects = false } = props;
  const text = cellText(cell);
  switch (cell.type) {
    case 'name': {
      const name = (
        <span class="name" title={text}>
          {text}
        </span>
      );
      return address === undefined ? name : <a href={address}>{name}</a>;
    }
    case 'id':
      return hasObjects ? <a href={objectAddress(cell.value)}>{text}</a> : <>{text}</>;
    case 'spark':
      return <Sparkline values={cell.values} />;
    case 'share':
      return (
        <span class="share">
          <span class="share-bar" style={{ width: `${Math.min(100, Math.abs(cell.value) * 100)}%` }} />
          {text}
        </span>
      );
    case 'bytes':
      return <span title={exactBytes(cell.value)}>{text}</span>;
    case 'bytesChange':
      return (
        <span class={changeClass(cell.value)} title={exactBytes(cell.value)}>
          {text}
        </span>
      );
    case 'countChange':
      return <span class={changeClass(cell.value)}>{text}</span>;
    default:
      return <>{text}</>;
  }
}

export function exactBytes(bytes: number): string {
  return `${formatCount(bytes)} B`;
}

function changeClass(value: number): string {
  return value > 0 ? 'growth' : value < 0 ? 'shrinkage' : 'faint';
}
