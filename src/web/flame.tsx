import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CallTree } from '../analysis/call-tree.js';
import { formatShare, share } from '../report/format.js';
import { visibleText } from '../report/untrusted-text.js';
import { useRoving } from './use-roving.js';

const ROW = 18;
/** Of the width: what is narrower is left out. */
const NARROWEST = 0.002;
const MOST_BOXES = 2000;
const KINDS = ['objects', 'arrays', 'strings', 'code', 'functions', 'native'] as const;

interface Box {
  readonly node: CallTree;
  readonly left: number;
  readonly width: number;
  readonly depth: number;
}

/** Calls as boxes, the callees below their caller, as wide as what they took; a click, or Enter, makes one the whole, Escape all. */
export function Flame(props: {
  readonly tree: CallTree;
  readonly label: string;
  readonly format: (value: number) => string;
}): JSX.Element {
  const { tree, label, format } = props;
  const [top, setTop] = useState(tree);
  const boxes = layOut(top);
  const rows = 1 + Math.max(...boxes.map(({ depth }) => depth));
  const { box, current, setCurrent, onKeyDown: onMove } = useRoving(boxes.length);
  const makeWhole = (node: CallTree): void => {
    setTop(node);
    setCurrent(0);
    // The box may be another one now, or gone; the first is always there.
    box.current?.querySelector<HTMLElement>('.tile')?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (onMove(event) || event.key !== 'Escape' || top === tree) return;
    makeWhole(tree);
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      class="flame"
      role="group"
      aria-label={`${label}. Arrow keys move, Enter makes a call the whole, Escape shows all.`}
      style={{ height: `${rows * ROW}px` }}
      onKeyDown={onKeyDown}
    >
      {boxes.map(({ node, left, width, depth }, i) => {
        const text = `${visibleText(node.function)}${node.place && ` ${visibleText(node.place)}`}: ${format(node.total)}, ${formatShare(share(node.total, tree.total))}`;
        return (
          <button
            key={i}
            type="button"
            class={`tile ${KINDS[hash(node.place) % KINDS.length]}`}
            style={{
              left: `${left * 100}%`,
              width: `${width * 100}%`,
              top: `${depth * ROW}px`,
              height: `${ROW - 1}px`,
            }}
            title={text}
            aria-label={text}
            tabIndex={i === current ? 0 : -1}
            onFocus={() => setCurrent(i)}
            onClick={() => makeWhole(node === top ? tree : node)}
          >
            <span aria-hidden="true">{visibleText(node.function)}</span>
          </button>
        );
      })}
    </div>
  );
}

function layOut(top: CallTree): Box[] {
  const boxes: Box[] = [{ node: top, left: 0, width: 1, depth: 0 }];
  for (let i = 0; i < boxes.length && boxes.length < MOST_BOXES; i++) {
    const { node, left, depth } = boxes[i]!;
    let at = left;
    for (const child of node.children) {
      const width = share(child.total, top.total);
      if (width >= NARROWEST) boxes.push({ node: child, left: at, width, depth: depth + 1 });
      at += width;
    }
  }
  return boxes;
}

/** One colour for what is of one place. */
function hash(text: string): number {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 65_521;
  return sum;
}
