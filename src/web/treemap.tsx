/*! d3-hierarchy, which this page is built with:
 * Copyright 2010-2026 Mike Bostock
 *
 * Permission to use, copy, modify, and/or distribute this software for any purpose
 * with or without fee is hereby granted, provided that the above copyright notice
 * and this permission notice appear in all copies.
 *
 * THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH
 * REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND
 * FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
 * INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS
 * OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER
 * TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
 * THIS SOFTWARE.
 */
import { hierarchy, type HierarchyRectangularNode, treemap, treemapSquarify } from 'd3-hierarchy';
import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { DominatorEntry } from '../analysis/dominators.js';
import { entryText, objectOfEntry } from '../report/dominators-document.js';
import { formatNumberOf, formatShare, share } from '../report/format.js';
import { visibleText } from '../report/untrusted-text.js';
import { formatBytes } from '../util/bytes.js';
import { categoryOf, CATEGORIES } from './categories.js';
import { objectAddress } from './links.js';
import { useRoving } from './use-roving.js';

/** What a tile stands for: a line of the dominator tree, or (null) all that is too small to be one. */
interface Area {
  readonly entry: DominatorEntry | null;
  readonly label: string;
  readonly size: number;
  readonly children: readonly Area[];
}

type Tile = HierarchyRectangularNode<Area>;

const HEIGHT = 420;
/** Until the page has been laid out. */
const USUAL_WIDTH = 960;
const HEAD = 18;
/** Pixels; what is smaller either way cannot be seen, or hit. */
const LEAST_SIDE = 4;
/** A tile of this size has room for its name. */
const LABEL_WIDTH = 34;
const LABEL_HEIGHT = 15;

/**
 * The dominator tree as nested areas: a click, or Enter, goes into one; Escape comes out again. What has nothing in it is
 * shown as an object, where there are pages of objects.
 */
export function Treemap(props: {
  readonly roots: readonly DominatorEntry[];
  readonly totalSize: number;
  readonly hasObjects?: boolean;
}): JSX.Element {
  const { roots, totalSize, hasObjects = false } = props;
  const [width, setWidth] = useState(USUAL_WIDTH);
  const [path, setPath] = useState<readonly DominatorEntry[]>(roots.slice(0, 1));
  const [told, setTold] = useState<Area | null>(null);
  const focused = path.at(-1);
  const tiles = useMemo(() => (focused ? layOut(focused, width) : []), [focused, width]);
  const { box, current, setCurrent, onKeyDown: onMove } = useRoving(tiles.length);
  useWidth(box, setWidth);
  if (!focused) return <p class="faint">Nothing to show.</p>;

  const go = (to: readonly DominatorEntry[]): void => {
    setPath(to);
    setTold(null);
    setCurrent(0);
    // What was clicked is gone; the keyboard goes on from the map.
    box.current?.focus({ preventScroll: true });
  };
  const enter = ({ entry, children }: Area): void => {
    if (entry === null) return;
    const nodeId = objectOfEntry(entry);
    if (children.length > 0) go([...path, ...wayTo(focused, entry)]);
    else if (hasObjects && nodeId !== null) location.hash = objectAddress(nodeId);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (onMove(event) || event.key !== 'Escape' || path.length === 1) return;
    go(path.slice(0, -1));
    event.preventDefault();
  };
  const about = told ?? areaOf(focused);
  const object = about.entry && objectOfEntry(about.entry);
  return (
    <div>
      <nav class="crumbs" aria-label="Where in the treemap">
        {path.map((entry, i) => (
          <span key={i}>
            {i > 0 && <span aria-hidden="true"> › </span>}
            {i === path.length - 1 ? (
              <span aria-current="location">{labelOf(entry)}</span>
            ) : (
              <button type="button" class="link" onClick={() => go(path.slice(0, i + 1))}>
                {labelOf(entry)}
              </button>
            )}
          </span>
        ))}
      </nav>
      <div
        ref={box}
        class="treemap"
        role="group"
        aria-label="Treemap by retained size. Arrow keys move, Enter goes into an area, Escape out of it."
        tabIndex={-1}
        style={{ height: `${HEIGHT}px` }}
        onKeyDown={onKeyDown}
        onMouseLeave={() => setTold(null)}
      >
        {tiles.map((tile, i) => (
          <TileButton
            key={i}
            tile={tile}
            text={describe(tile.data, totalSize)}
            isCurrent={i === current}
            onEnter={() => enter(tile.data)}
            onTell={() => setTold(tile.data)}
            onFocus={() => {
              setCurrent(i);
              setTold(tile.data);
            }}
          />
        ))}
      </div>
      <p class="told">
        {describe(about, totalSize)}
        {hasObjects && object !== null && (
          <>
            {' '}
            <a href={objectAddress(object)}>Open @{object}</a>
          </>
        )}
      </p>
      <ul class="legend" aria-label="Colours of the treemap">
        {CATEGORIES.map(({ key, title }) => (
          <li key={key}>
            <span class={`swatch ${key}`} aria-hidden="true" />
            {title}
          </li>
        ))}
      </ul>
    </div>
  );
}

function TileButton(props: {
  readonly tile: Tile;
  readonly text: string;
  readonly isCurrent: boolean;
  readonly onEnter: () => void;
  readonly onTell: () => void;
  readonly onFocus: () => void;
}): JSX.Element {
  const { tile, text, isCurrent, onEnter, onTell, onFocus } = props;
  const { x0, y0, x1, y1, data, depth } = tile;
  const hasLabel = x1 - x0 >= LABEL_WIDTH && y1 - y0 >= LABEL_HEIGHT;
  const kind = data.entry === null ? 'rest' : categoryOf(data.entry.type);
  const classes = [
    'tile',
    kind,
    depth === 1 && tile.children ? 'frame' : '',
    data.children.length > 0 ? 'enterable' : '',
  ];
  return (
    <button
      type="button"
      class={classes.filter((name) => name !== '').join(' ')}
      style={{ left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` }}
      aria-label={text}
      tabIndex={isCurrent ? 0 : -1}
      onClick={onEnter}
      onMouseEnter={onTell}
      onFocus={onFocus}
    >
      {hasLabel && <span aria-hidden="true">{data.label}</span>}
    </button>
  );
}

function layOut(entry: DominatorEntry, width: number): Tile[] {
  const whole = areaOf(entry);
  const drawn = new Set(whole.children.flatMap((child) => [child, ...child.children]));
  const root = hierarchy(whole, ({ children }) => children.filter((child) => drawn.has(child)));
  root.eachAfter((node) => Object.assign(node, { value: node.data.size }));
  const placed = treemap<Area>()
    .tile(treemapSquarify)
    .size([width, HEIGHT])
    .round(true)
    .paddingInner(1)
    .paddingOuter((node) => (node.depth === 1 && node.children ? 2 : 0))
    .paddingTop((node) => (node.depth === 1 && node.children ? HEAD : 0))(root);
  const tiles = placed.descendants().filter(({ x0, y0, x1, y1, depth }) => {
    return depth > 0 && x1 - x0 >= LEAST_SIDE && y1 - y0 >= LEAST_SIDE;
  });
  // An object that holds nothing worth a tile fills the map alone.
  return tiles.length > 0 ? tiles : [placed];
}

function areaOf(entry: DominatorEntry): Area {
  const label = labelOf(entry);
  const size = entry.retainedSize;
  if (entry.children.length === 0) return { entry, label, size, children: [] };
  const children = entry.children.map((child) => areaOf(child));
  const rest = size - children.reduce((sum, child) => sum + child.size, 0);
  const restArea: Area = { entry: null, label: restLabel(entry), size: rest, children: [] };
  return { entry, label, size, children: rest > 0 ? [...children, restArea] : children };
}

function restLabel({ omitted }: DominatorEntry): string {
  return omitted.count > 0 ? `itself and ${formatNumberOf(omitted.count, 'smaller object')}` : 'itself';
}

function labelOf(entry: DominatorEntry): string {
  return visibleText(
    entryText(entry)
      .map(({ text }) => text)
      .join(''),
  );
}

function describe({ label, size }: Area, totalSize: number): string {
  return `${label}: ${formatBytes(size)}, ${formatShare(share(size, totalSize))} of the heap`;
}

/** The entries from below `from` down to `to`. */
function wayTo(from: DominatorEntry, to: DominatorEntry): readonly DominatorEntry[] {
  for (const child of from.children) {
    if (child === to) return [child];
    const way = child.children.length > 0 ? wayTo(child, to) : [];
    if (way.length > 0) return [child, ...way];
  }
  return [];
}

function useWidth(box: { readonly current: HTMLElement | null }, onWidth: (width: number) => void): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    onWidth(element.clientWidth);
    const observer = new ResizeObserver(() => onWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
}
