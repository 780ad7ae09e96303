import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { groupGrowth } from '../../dist/analysis/growth-groups.js';
import { connectHeaps } from '../../dist/analysis/heap-series.js';
import { buildHolderTree } from '../../dist/analysis/holder-tree.js';
import type { FoundLeak } from '../../dist/analysis/found-leak.js';
import { pathTo } from '../../dist/analysis/leak-path.js';
import { findLeaks } from '../../dist/analysis/leak-suspects.js';
import type { SeriesKind } from '../../dist/analysis/leaking-groups.js';
import { findLeaksIn, type LeaksResult } from '../../dist/analysis/leaks.js';
import type { Naming } from '../../dist/analysis/naming.js';
import { SourcePlaces } from '../../dist/analysis/source-places.js';
import { reduceToVisible } from '../../dist/analysis/visible-heap.js';
import { HeapstatError } from '../../dist/errors.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { drawHeap } from '../helpers/draw-heap.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { forEachInParallel, run } from '../helpers/heapstat-process.js';

/** Suspects in heaps that are drawn one after the other: what is the same comes first, so that it has the same ids. */
function leaksIn(drawings: readonly string[], kind?: SeriesKind): FoundLeak[] {
  return leaksWithNames(drawings, kind).leaks;
}

function leaksWithNames(
  drawings: readonly string[],
  kind: SeriesKind = 'series',
): { leaks: FoundLeak[]; naming: Naming } {
  const graphs = drawings.map((text) => drawHeap(text).graph);
  const heaps = graphs.map((graph) => reduceToVisible(graph, buildHolderTree(graph)));
  const graph = graphs.at(-1)!;
  const naming = { graph, tree: buildHolderTree(graph), places: new SourcePlaces(graph) };
  return { leaks: findLeaks(heaps, groupGrowth(connectHeaps(heaps)), naming, kind), naming };
}

/** The path to the first suspect, from its container's holder on. */
function pathIn(drawings: readonly string[]): string {
  const { leaks, naming } = leaksWithNames(drawings);
  const steps = pathTo(leaks[0]!, naming);
  return steps.map(({ edge, constructor, afterGap }) => `${afterGap ? '... ' : ''}${edge} ${constructor}`).join(' > ');
}

/** Three heaps in which there are 10, 20 and 30 of something: `each` draws the i-th. */
function growing(base: string, each: (i: number) => string): string[] {
  return [10, 20, 30].map((n) => `${base}\n${Array.from({ length: n }, (_, i) => each(i)).join('\n')}`);
}

function told(leaks: readonly FoundLeak[]): string[] {
  return leaks.map(({ constructor, nodes, holder }) => `${nodes.length} ${constructor}: ${holder.text}`);
}

const BASE = 'Root -shortcut:global-> global -cache-> Cache -entries-> Map -internal:table-> Table:""[array]';

void test('objects that pile up in a table', () => {
  const drawings = growing(BASE, (i) => `Table -internal:${i}-> Entry${i}:Entry -body-> Body${i}:Object`);
  assert.deepEqual(told(leaksIn(drawings)), ['20 Entry: Map "entries" of Cache, global "cache"']);
});

void test('the table may be another one each time', () => {
  const drawings = [10, 20, 30].map((n, k) => {
    const gap = Array.from({ length: 40 * k }, (_, i) => `global -weak:gap-> Gap${i}`).join('\n');
    const entries = Array.from({ length: n }, (_, i) => `New -internal:${i}-> Entry${i}`).join('\n');
    const all = Array.from({ length: 30 }, (_, i) => `global -weak:all-> Entry${i}:Entry`).join('\n');
    return `Root -shortcut:global-> global -cache-> Cache -entries-> Map\n${all}\n${gap}\nMap -internal:table-> New:""[array]\n${entries}`;
  });
  assert.deepEqual(told(leaksIn(drawings)), ['20 Entry: Map "entries" of Cache, global "cache"']);
});

void test('a list is told by what holds its beginning, wherever new links are put', () => {
  const appended = growing(
    'Root -shortcut:global-> global -log-> Log -head-> L0:Link',
    (i) => `L${i}:Link -next-> L${i + 1}:Link`,
  );
  assert.deepEqual(
    leaksIn(appended).map(({ holder }) => `${holder.constructor}.${holder.edge}`),
    ['Log.head'],
  );
});

void test('what is held twice is told with both holders', () => {
  const drawings = growing(
    `${BASE}\nglobal -order-> List:Array`,
    (i) => `Table -internal:${i}-> Entry${i}:Entry\nList -element:${i}-> Entry${i}`,
  );
  const [leak] = leaksIn(drawings);
  const holders = [leak!.holder, ...leak!.alsoHeldBy].map(({ text }) => text);
  assert.deepEqual(new Set(holders), new Set(['Array global "order"', 'Map "entries" of Cache, global "cache"']));
});

void test('what is held by a list each besides is told with what holds these lists', () => {
  const lists = [0, 1, 2].map((k) => `Domains -internal:${k}-> List${k}:Array`).join('\n');
  const drawings = growing(
    `${BASE}\nCache -byDomain-> ByDomain:Map -internal:table-> Domains:""[array]\n${lists}`,
    (i) => `Table -internal:${i}-> Entry${i}:Entry\nList${i % 3} -element:${i}-> Entry${i}`,
  );
  const [leak] = leaksIn(drawings);
  assert.deepEqual(
    [leak!.holder, ...leak!.alsoHeldBy].map(({ text }) => text),
    ['Map "entries" of Cache, global "cache"', 'Map "byDomain" of Cache, global "cache"'],
  );
});

void test('of a Map and a list that grow alike, the Map is no second suspect for its bytes', () => {
  const drawings = [10, 20, 30].map((n) => {
    const each = Array.from(
      { length: n },
      (_, i) => `Table -internal:${i}-> Entry${i}:Entry\nList -element:${i}-> Entry${i}`,
    );
    const base = 'Root -shortcut:global-> global -order-> List:Array\nglobal -cache-> Cache -entries-> Map';
    return `${base} -internal:table-> Table:""[array](${n * 4000})\n${each.join('\n')}`;
  });
  assert.equal(leaksIn(drawings).length, 1);
});

void test('lists of which there is one per key are one suspect', () => {
  const base = 'Root -shortcut:global-> global -tenants-> Tenants:Map -internal:table-> Table:""[array]';
  const lists = [0, 1, 2, 3].map((t) => `Table -internal:${t}-> List${t}:Array`).join('\n');
  const drawings = growing(`${base}\n${lists}`, (i) =>
    [0, 1, 2, 3].map((t) => `List${t} -element:${i}-> Basket${i}of${t}:Basket`).join('\n'),
  );
  const leaks = leaksIn(drawings);
  assert.deepEqual(told(leaks), ['80 Basket: 4 Arrays in Map global "tenants"']);
  assert.deepEqual(leaks[0]!.group.count, [40, 80, 120]);
  assert.deepEqual(leaks[0]!.bytes, [400, 800, 1200]);
});

void test('of lists alike those count too in which too few came for a suspect of their own', () => {
  const base = 'Root -shortcut:global-> global -tenants-> Tenants:Map -internal:table-> Table:""[array]';
  const lists = [0, 1, 2, 3, 4].map((t) => `Table -internal:${t}-> List${t}:Array`).join('\n');
  const drawings = growing(`${base}\n${lists}`, (i) =>
    [0, 1, 2, ...(i % 5 === 0 ? [3] : [])].map((t) => `List${t} -element:${i}-> Basket${i}of${t}:Basket`).join('\n'),
  );
  const leaks = leaksIn(drawings);
  assert.deepEqual(told(leaks), ['64 Basket: 4 Arrays in Map global "tenants"']);
  assert.deepEqual(leaks[0]!.group.count, [32, 64, 96]);
  assert.deepEqual(leaks[0]!.bytes, [320, 640, 960]);
});

void test('a list in a field of each of many is told by that field', () => {
  const base = 'Root -shortcut:global-> global -customers-> Customers:Map -internal:table-> Table:""[array]';
  const lists = [0, 1, 2].map((t) => `Table -internal:${t}-> Customer${t}:Customer -orders-> List${t}:Array`);
  const drawings = growing(`${base}\n${lists.join('\n')}`, (i) =>
    [0, 1, 2].map((t) => `List${t} -element:${i}-> Order${i}of${t}:Order`).join('\n'),
  );
  const [leak] = leaksIn(drawings);
  assert.equal(leak!.holder.text, 'Array "orders" of 3 Customer in Map global "customers"');
  assert.deepEqual([leak!.holder.constructor, leak!.holder.edge], ['Customer', 'orders']);
  assert.match(pathIn(drawings), /^ global > customers Map > \S* Customer > orders Array > 10 Order$/);

  const days = [0, 1].map((d) => `Week -element:${d}-> Day${d}:Object`).join('\n');
  const rooms = [0, 1, 2, 3].map((t) => `Day${t % 2} -room${t >> 1}-> Room${t}:Array`).join('\n');
  const grid = growing(`Root -shortcut:global-> global -week-> Week:Array\n${days}\n${rooms}`, (i) =>
    [0, 1, 2, 3].map((t) => `Room${t} -element:${i}-> Booking${i}of${t}:Booking`).join('\n'),
  );
  assert.deepEqual(told(leaksIn(grid)), ['80 Booking: 4 Arrays in 2 Objects in Array global "week"']);
});

void test('two lists alike are two suspects', () => {
  const drawings = growing(
    'Root -shortcut:global-> global -log-> Log -sent-> Sent:Array\nLog -failed-> Failed:Array',
    (i) => `Sent -element:${i}-> S${i}:Entry\nFailed -element:${i}-> F${i}:Entry`,
  );
  assert.deepEqual(told(leaksIn(drawings)), [
    '20 Entry: Array "sent" of Log, global "log"',
    '20 Entry: Array "failed" of Log, global "log"',
  ]);
});

/** A page with a function of its own, and its document. */
const PAGE = `Root -shortcut:global-> Globals -app-> App[closure]<7,1,1>
  Root -shortcut:window-> Window[native] -element:1-> Performance[native] -element:1-> Entries:"blink::HeapVectorBacking"[native]
  Globals -"<symbol Window#DocumentCachedAccessor>"-> Document:HTMLDocument[native] -element:1-> Body:"<body>"[native]`;

/** So many that they count whoever holds them. */
function sixtyEach(each: (i: number) => string): (i: number) => string {
  return (i) => Array.from({ length: 6 }, (_, k) => each(6 * i + k)).join('\n');
}

/** One of the listeners in an event target's vector. */
function listener(i: number): string {
  return `Backing -element:${i}-> R${i}:"blink::RegisteredEventListener"[native]
    R${i} -element:1-> E${i}:EventListener[native] -element:1-> V${i}:V8EventListener[native] -element:1-> F${i}:close[closure]<7,12,3>
    E${i} -element:2-> Signal${i}:AbortSignal[native]`;
}

void test('what a browser calls back is told by the function, not by the objects in which the browser keeps it', () => {
  const listeners = `-element:2-> Data:"blink::EventTargetData"[native] -element:1-> Backing:"blink::HeapVectorBacking"[native]`;
  const [ofDocument, ...others] = leaksIn(growing(`${PAGE}\nDocument ${listeners}`, listener));
  assert.deepEqual(told([ofDocument!, ...others]), [
    '20 Function: listeners of HTMLDocument, global "document", by way of close()',
  ]);
  assert.equal(ofDocument!.holder.location?.line, 12);
  const ofVariable = growing(
    `${PAGE}\nApp -internal:context-> C:"system / Context" -context:feed-> Feed:EventTarget[native] ${listeners}`,
    listener,
  );
  assert.deepEqual(told(leaksIn(ofVariable)), ['20 Function: listeners (close()) of EventTarget, variable "feed"']);
});

void test('an observer is told with the function that the browser calls for it', () => {
  const observers = `Body -element:2-> Data:"blink::NodeMutationObserverData"[native]`;
  const drawings = growing(
    `${PAGE}\n${observers}`,
    (i) => `Data -element:${i}-> R${i}:MutationObserverRegistration[native] -element:1-> O${i}:MutationObserver[native]
      O${i} -element:1-> D${i}:"MutationObserver::Delegate"[native] -element:1-> V${i}:V8MutationCallback[native] -element:1-> F${i}:seen[closure]<7,5,1>`,
  );
  const [leak] = leaksIn(drawings);
  assert.deepEqual(told([leak!]), [
    '20 MutationObserver: mutation observers of <body>, global "document", by way of seen()',
  ]);
  assert.equal(leak!.holder.location?.line, 5);
});

void test('a bound function has the place of the one that it calls', () => {
  const drawings = growing(
    `${PAGE}\nDocument -element:2-> Frames:ScriptedAnimationController[native]`,
    (
      i,
    ) => `Frames -element:${i}-> V${i}:V8FrameCallback[native] -element:1-> F${i}:""[closure] -internal:bound_this-> S${i}:Sprite<7,3,1>
      F${i} -internal:bound_function-> Frame:frame[closure]<7,18,1>`,
  );
  const [leak] = leaksIn(drawings);
  assert.deepEqual(told([leak!]), [
    '20 Sprite: animation frame callbacks of HTMLDocument, global "document", by way of frame()',
  ]);
});

void test("a browser's own parts, caches and limited buffers are no suspects", () => {
  for (const [base, each] of [
    [
      'Document -element:2-> Cache:"blink::ElementDataCache"[native]',
      (i: number) => `Cache -element:${i}-> D${i}:"blink::ShareableElementData"[native]`,
    ],
    [
      'App -kept-> Body -element:2-> Cache:"blink::NodeListsNodeData"[native]',
      (i: number) => `Cache -element:${i}-> L${i}:HTMLCollection[native]`,
    ],
    ['', (i: number) => `Entries -element:${i}-> T${i}:PerformanceResourceTiming[native]`],
  ] as const)
    assert.deepEqual(told(leaksIn(growing(`${PAGE}\n${base}`, sixtyEach(each)))), [], base);
  const marks = sixtyEach((i) => `Entries -element:${i}-> M${i}:PerformanceMark[native]`);
  assert.deepEqual(told(leaksIn(growing(PAGE, marks))), [
    '120 PerformanceMark: what the browser keeps for Performance, in Window',
  ]);
  const held = sixtyEach((i) => `Seen -element:${i}-> T${i}:PerformanceResourceTiming[native]`);
  assert.deepEqual(told(leaksIn(growing(`${PAGE}\nGlobals -seen-> Seen:Array`, held))), [
    '120 PerformanceResourceTiming: Array global "seen"',
  ]);
});

void test('a few elements that pile up in a document are suspects, as a script has put them there', () => {
  const drawings = growing(PAGE, (i) => `Body -element:${i}-> P${i}:"<p>"[native]`);
  assert.deepEqual(told(leaksIn(drawings)), ['20 <p>: <body>, global "document"']);
});

void test('elements that hold each other as neighbours are told with the one in which they stand', () => {
  const drawings = growing(
    `${PAGE}\nBody -element:1-> P0:"<p>"[native]`,
    (i) => `P${i} -element:1-> Document
      P${i} -element:2-> Body
      P${i} -element:3-> P${i + 1}:"<p>"[native]`,
  );
  assert.deepEqual(told(leaksIn(drawings)), ['20 <p>: <body>, global "document"']);
});

/** A page with so many global functions; each of `variables` is one of the function of the same number. */
function pageOf(functions: number, variables: readonly string[]): string {
  const all = Array.from({ length: functions }, (_, i) => `Window -f${i}-> f${i}[closure]`);
  const held = variables.map((name, i) => {
    return `f${i} -internal:context-> C${i}:"system / Context" -context:${name}-> ${name}:Array`;
  });
  return ['Root -shortcut:global-> Window', ...all, ...held].join('\n');
}

void test('lists that two of many functions hold are two suspects, each with its own numbers', () => {
  const base = pageOf(120, ['archived', 'deleted', 'fixed']);
  const old = Array.from({ length: 50 }, (_, i) => `fixed -element:${i}-> Old${i}:Item`).join('\n');
  const leaks = leaksIn(
    growing(`${base}\n${old}`, (i) => {
      const deleted = `deleted -element:${2 * i}-> D${i}:Item\ndeleted -element:${2 * i + 1}-> E${i}:Item`;
      return `archived -element:${i}-> A${i}:Item -text-> T${i}:Text\n${deleted}`;
    }),
  );
  assert.deepEqual(told(leaks), ['20 Item: Array variable "archived"', '40 Item: Array variable "deleted"']);
  assert.deepEqual(
    leaks.map(({ group }) => group.count),
    [
      [10, 20, 30],
      [20, 40, 60],
    ],
  );
});

void test('functions that pile up are counted apart from those that a page always has', () => {
  const listeners = growing(pageOf(120, ['listeners']), (i) => {
    return `listeners -element:${i}-> L${i}[closure] -internal:context-> Own${i}:"system / Context" -context:d-> D${i}:Object`;
  });
  const [leak] = leaksIn(listeners);
  assert.deepEqual(leak!.group.count, [10, 20, 30]);
});

void test('a chain that gets a new beginning each time is told by what holds that', () => {
  const drawings = [10, 20, 30].map((n) => {
    const things = Array.from({ length: n }, (_, i) => {
      const before = i === 0 ? '' : ` -context:originalThing-> T${i - 1}`;
      return `T${i}:Object -someMethod-> M${i}[closure] -internal:context-> C${i}:"system / Context"${before}`;
    });
    const page = `${pageOf(120, [])}\nf0 -internal:context-> C:"system / Context"`;
    return [page, ...things, `C -context:theThing-> T${n - 1}`].join('\n');
  });
  assert.deepEqual(told(leaksIn(drawings)), ['20 Object: Object variable "theThing"']);
});

void test('one snapshot: what one of many functions holds much of', () => {
  const rows = Array.from({ length: 150 }, (_, i) => `rows -element:${i}-> Row${i}:Row(100)`);
  const page = `${pageOf(120, ['rows', 'other'])}\n${rows.join('\n')}\nother -element:0-> Row:Row`;
  assert.deepEqual(told(leaksIn([page], 'single')), ['150 Row: Array variable "rows"']);
});

/** Of a page that keeps four more reports in each window, and has let `gone` of the first go at the end. */
function pageOfReports(size: number, gone: number): string[] {
  return [4, 8, 12].map((n, k) => {
    const all = Array.from({ length: n }, (_, i) => `Window -weak:all-> R${i}:Object(${size})`);
    const held = Array.from({ length: n }, (_, i) => `recent -element:${i}-> R${i}`).slice(k === 2 ? gone : 0);
    return [pageOf(1, ['recent']), ...all, ...held].join('\n');
  });
}

void test('a few objects count where they are why the heap grows', () => {
  assert.deepEqual(told(leaksIn(pageOfReports(50_000, 0))), ['8 Object: Array variable "recent"']);
  assert.deepEqual(leaksIn(pageOfReports(50_000, 1)), []);
  assert.deepEqual(leaksIn(pageOfReports(5000, 0)), []);
  const besides = pageOfReports(50_000, 0).map((text, k) => `${text}\nWindow -other-> Other(${1_000_000 * k})`);
  assert.deepEqual(leaksIn(besides), []);
});

void test('functions in functions are no chain where objects of a class stand between them', () => {
  const methods = Array.from({ length: 20 }, (_, i) => `App -m${i}-> Method${i}[closure]`).join('\n');
  const drawings = growing(
    `Root -shortcut:global-> global -app-> App[closure]\n${methods}
     Method0 -internal:context-> Context:"system / Context" -context:router-> Router[closure] -stack-> Stack:Array`,
    (i) => `Stack -element:${i}-> Layer${i}:Layer -handle-> Handle${i}[closure]`,
  );
  assert.deepEqual(told(leaksIn(drawings)), ['20 Layer: Array "stack" of Router, variable "router"']);
});

void test('a string of one kind that becomes one of another is no new string', () => {
  const drawings = [0, 1, 2].map((k) => {
    const strings = Array.from({ length: 60 }, (_, i) => {
      const type = i < 20 * k ? 'string' : 'concatenated string';
      return `Lines -element:${i}-> S${i}[${type}]`;
    });
    return `Root -shortcut:global-> global -log-> Log -lines-> Lines:Array\n${strings.join('\n')}`;
  });
  assert.deepEqual(told(leaksIn(drawings)), []);
  const more = growing('Root -shortcut:global-> global -log-> Log -lines-> Lines:Array', (i) => {
    return `Lines -element:${i}-> S${i}[concatenated string]`;
  });
  assert.deepEqual(told(leaksIn(more)), ['20 (string): Array "lines" of Log, global "log"']);
});

void test('holders that Node hides are told by what people know of them', () => {
  const listeners = growing(
    `Root -shortcut:global-> global -hub-> Hub:EventTarget -"<symbol kEvents>"-> Events:Map
     Events -internal:table-> Table:""[array](64) -internal:3-> First:Object
     Table -internal:2-> Type:"tick"[string]
     First -next-> L0:Listener`,
    (i) => `L${i}:Listener -listener-> F${i}[closure]\nL${i} -next-> L${i + 1}:Listener`,
  );
  const [hub] = leaksIn(listeners);
  assert.match(hub!.holder.text, /^Listener, listeners for ".*", "<symbol kEvents>" of EventTarget, global "hub"$/);
  assert.deepEqual([hub!.holder.constructor, hub!.holder.edge], ['EventTarget', '<symbol kEvents>']);

  const exported = growing(
    `Root -shortcut:global-> global -main-> Main:Module -children-> Children:Array -element:0-> Store:Module
     Store -filename-> File:"/srv/app/store.cjs"[string]
     Store -exports-> Exports:Object -sent-> Sent:Array`,
    (i) => `Sent -element:${i}-> Letter${i}:Letter`,
  );
  assert.deepEqual(told(leaksIn(exported)), ['20 Letter: Array "sent" of Object, the exports of store.cjs']);

  const local = growing(
    `Root -shortcut:global-> global -shortcut:x-> M:"system / SourceTextModule"[hidden] -hidden:1-> G:Generator
     G -internal:parameters_and_registers-> Frame:""[array] -internal:3-> Model[closure] -all-> All:Array`,
    (i) => `All -element:${i}-> Row${i}:Row`,
  );
  assert.deepEqual(told(leaksIn(local)), ['20 Row: Array "all" of Model, variable "Model"']);
});

void test('plain objects, each with a holder of its own, where the program has many', () => {
  const lists = Array.from({ length: 40 }, (_, t) => `Table -internal:${t}-> List${t}:Array`).join('\n');
  const base = 'Root -shortcut:global-> global -tenants-> Tenants:Map -internal:table-> Table:""[array]';
  const drawings = [1, 3, 5].map((n) => {
    const entries = Array.from({ length: 40 * n }, (_, i) => `List${i % 40} -element:${i}-> Line${i}:Object`);
    return `${base}\n${lists}\n${entries.join('\n')}`;
  });
  assert.deepEqual(told(leaksIn(drawings)), ['160 Object: Map global "tenants"']);
});

void test('what a timer holds piles up in its own holder, not in the timers', () => {
  const drawings = growing(
    `Root -shortcut:global-> global -setTimeout-> F:setTimeout[closure]<1,1,0> -internal:context-> C:"system / Context"
     F -internal:shared-> S:"system / SharedFunctionInfo"[code] -internal:script-> Script:"system / Script"[code]
     Script -internal:name-> Name:"node:internal/timers"[string]
     C -context:timerListMap-> Lists:Object -5000-> TimersList -_idleNext-> Timeout -_onTimeout-> Socket
     Socket -_events-> Events:Object -close-> Close:Array`,
    (i) =>
      `Close -element:${i}-> Off${i}[closure] -internal:context-> C${i}:"system / Context" -context:d-> D${i}:Download<7,1,0>`,
  );
  const [leak] = leaksIn(drawings);
  assert.match(leak!.holder.text, /^Array, listeners for "close", "_events" of Socket, .*, Node's active timers$/);
  assert.deepEqual([leak!.holder.constructor, leak!.holder.edge], ['Socket', '_events']);
});

void test('what timers hold that are set again and again', () => {
  const drawings = [10, 20, 30].map((n, k) => {
    const all = Array.from({ length: 30 }, (_, i) => `global -weak:all-> Poller${i}:Poller`).join('\n');
    const gap = Array.from({ length: 70 * k }, (_, i) => `global -weak:gap-> Gap${i}`).join('\n');
    const timers = Array.from(
      { length: n },
      (_, i) => `T${i}:Timeout -_idleNext-> T${i + 1}:Timeout\nT${i} -_onTimeout-> F${i}[closure] -this-> Poller${i}`,
    );
    return `Root -shortcut:global-> global -lists-> TimersList\n${all}\n${gap}\nTimersList -_idleNext-> T0:Timeout\n${timers.join('\n')}`;
  });
  assert.deepEqual(told(leaksIn(drawings)), ['20 Poller: TimersList global "lists"']);
  const path = ' global > lists TimersList > ... _idleNext Timeout > _onTimeout Function > this Poller';
  assert.equal(pathIn(drawings), path);
});

void test('handles that nobody closes, each in a native object that is another one in every snapshot', () => {
  const drawings = [60, 120, 180].map((n, k) => {
    const all = Array.from({ length: 180 }, (_, i) => `global -weak:all-> Tcp${i}:TCP`).join('\n');
    const gap = Array.from({ length: 200 * k }, (_, i) => `global -weak:gap-> Gap${i}`).join('\n');
    const handles = Array.from(
      { length: n },
      (_, i) => `Root -element:${i}-> Wrap${i}:"Node / TCPWrap"[synthetic] -native_to_javascript-> Tcp${i}`,
    );
    return `Root -shortcut:global-> global\n${all}\n${gap}\n${handles.join('\n')}`;
  });
  assert.deepEqual(told(leaksIn(drawings)), ['120 TCP: open handles and native objects, as TCP']);
});

void test('timers in a Map are also held by the list in which they wait', () => {
  const drawings = growing(
    'Root -shortcut:global-> global -expiry-> Map -internal:table-> Table:""[array]\nglobal -x-> X:Object -lists-> Lists:TimersList',
    (i) => `Table -internal:${i}-> T${i}:Timeout -_onTimeout-> F${i}[closure] -this-> Session${i}:Session\n
      T${i} -_idlePrev-> ${i === 0 ? 'Lists' : `T${i - 1}`}\n${i === 0 ? 'Lists' : `T${i - 1}`} -_idleNext-> T${i}`,
  );
  const [leak] = leaksIn(drawings);
  const holders = [leak!.holder, ...leak!.alsoHeldBy].map(({ text }) => text);
  assert.deepEqual(holders, ['Map global "expiry"', 'TimersList "lists" of Object, global "x"']);
});

void test('timers of two delays, each in a list of its own, are one suspect', () => {
  const drawings = growing(
    `Root -shortcut:global-> global -setTimeout-> F:setTimeout[closure]<1,1,0> -internal:context-> C:"system / Context"
     F -internal:shared-> S:"system / SharedFunctionInfo"[code] -internal:script-> Script:"system / Script"[code]
     Script -internal:name-> Name:"node:internal/timers"[string]
     C -context:timerListMap-> Lists:Object -5000-> First:TimersList -_idleNext-> T0:Timeout
     Lists -7000-> Second:TimersList -_idleNext-> U0:Timeout`,
    (i) =>
      `T${i}:Timeout -_onTimeout-> J${i}:Job<7,1,0>\nU${i}:Timeout -_onTimeout-> K${i}:Job<7,1,0>\nT${i} -_idleNext-> T${i + 1}:Timeout\nU${i} -_idleNext-> U${i + 1}:Timeout`,
  );
  assert.deepEqual(told(leaksIn(drawings)), ["40 Job: Node's active timers (TimersList)"]);
});

void test('what is only held weakly, and what takes turns, is no leak', () => {
  const weak = growing('Root -shortcut:global-> global -refs-> Refs', (i) => `Refs -weak:${i}-> Entry${i}:Entry`);
  assert.deepEqual(leaksIn(weak), []);
  const turns = [0, 1, 2].map((k) => {
    const all = Array.from({ length: 100 }, (_, i) => `global -weak:all-> Entry${i}:Entry`).join('\n');
    const held = Array.from({ length: 10 + 10 * k }, (_, i) => `Table -internal:${i}-> Entry${30 * k + i}`).join('\n');
    return `${BASE}\n${all}\n${held}`;
  });
  assert.deepEqual(leaksIn(turns), []);
});

void test('a typed array that is replaced by a longer one', () => {
  const drawings = [1000, 3000, 5000].map((size, k) => {
    const gap = Array.from({ length: 3 * k }, (_, i) => `global -weak:gap-> Gap${i}`).join('\n');
    return `Root -shortcut:global-> global -recorder-> Recorder\n${gap}\nRecorder -samples-> Samples:Float64Array(${size})`;
  });
  assert.deepEqual(told(leaksIn(drawings)), ['1 Float64Array: Float64Array "samples" of Recorder, global "recorder"']);
});

const source = (name: string): ReturnType<typeof bytesSource> => bytesSource(fixtureBytes(name), name);

function summaryOf({ series, suspects }: LeaksResult): [string, ...string[]] {
  return [
    series,
    ...suspects.map(
      (suspect) => `${suspect.count} ${suspect.constructor} ${suspect.holder.constructor}.${suspect.holder.edge}`,
    ),
  ];
}

void test('CachedResponse in ResponseCache.entries, by three snapshots, two and one', async () => {
  const [before, after, final] = ['leak-before', 'leak-after', 'leak-final'].map((name) => source(name)) as [
    ReturnType<typeof source>,
    ReturnType<typeof source>,
    ReturnType<typeof source>,
  ];
  const three = await findLeaksIn([before, after, final]);
  assert.deepEqual(summaryOf(three), ['released', '1500 CachedResponse ResponseCache.entries']);
  const two = await findLeaksIn([before, after], { operations: 1500 });
  assert.equal(summaryOf(two)[1], '1500 CachedResponse ResponseCache.entries');
  assert.equal(two.suspects[0]!.perOperation!.count, 1);
  assert.match((await findLeaksIn([final])).statement, /One snapshot cannot prove growth/);
  for (const { warnings } of [three, two]) assert.deepEqual(warnings, []);
  const [warning] = (await findLeaksIn([after, before])).warnings;
  assert.match(
    warning!,
    /^leak-before\S* seems to be older than leak-after\S*, by their object ids: give snapshots in /,
  );
});

void test('detached elements, and the page that lets go of them', async () => {
  const leak = await findLeaksIn([1, 2, 3].map((k) => source(`chrome-detached-${k}`)));
  assert.deepEqual(summaryOf(leak), ['series', '200 Detached <li> UndoList.removed']);
  const fixed = await findLeaksIn([1, 2, 3].map((k) => source(`chrome-detached-fixed-${k}`)));
  assert.deepEqual(summaryOf(fixed), ['series']);
});

void test('snapshots that are not of one process are refused', async () => {
  for (const pair of [
    ['node20', 'leak-before'],
    ['bun.1', 'bun.2'],
  ])
    await assert.rejects(
      findLeaksIn(pair.map((name) => source(name))),
      (error) => error instanceof HeapstatError && error.code === 'USAGE' && /not of one process/.test(error.message),
      pair.join(),
    );
});

/** Captured by the Node that runs the tests: the class that leaks and its holder, or nothing. */
const PROGRAMS: readonly (readonly [name: string, ...expected: (string | null)[]])[] = [
  ['response-cache', 'CachedResponse ResponseCache.entries'],
  ['emitter-listeners', 'Session EventEmitter._events'],
  ['interval-closure', 'Reporter TimersList.null'],
  ['awaiting-never', 'ImportJob Promise.ready'],
  ['global-array', 'Object global.auditTrail'],
  ['request-map', 'IncomingRequest Map.traces'],
  ['async-local-storage', 'RequestContext Array.shutdownHooks'],
  ['linked-list', 'JournalEntry Journal.head'],
  ['hidden-in-population', 'Job Scheduler.retries'],
  ['number-map', 'Map Presence.lastSeen'],
  ['proxy-store', 'Cart Object.carts'],
  ['two-leaks', 'Thumbnail Gallery.thumbnails', 'Visit Array.visits'],
  ['lru-longer-than-a-window', null],
  ['lazy-table', null],
  ['sessions-expire', null],
  ['lazy-modules', null],
];

/** Growth apart from the suspects leaves out those that the limit hides too. */
async function checkNoise(files: readonly string[]): Promise<void> {
  const all = await findLeaksIn(files);
  const sum = all.suspects.reduce((bytes, { growth }) => bytes + growth.retainedSize, 0);
  const limited = await findLeaksIn(files, { limit: 1 });
  assert.equal(limited.hidden, 1);
  assert.deepEqual([limited.noise.suspectGrowth, all.noise.suspectGrowth], [sum, sum]);
}

void test('planted leaks, their twins, and programs that only look like leaks', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-leaks-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const runs: [name: string, variant: string, expected: string[]][] = PROGRAMS.flatMap(([name, ...expected]) =>
    expected[0] === null
      ? [[name, 'healthy', []]]
      : [
          [name, 'leak', expected as string[]],
          [name, 'fixed', []],
        ],
  );
  await forEachInParallel(runs, async ([name, variant, expected]) => {
    const script = ['mjs', 'cjs']
      .map((end) => fixtureFile(`programs/${name}/${variant}.${end}`))
      .find((path) => existsSync(path))!;
    const out = join(folder, `${name}-${variant}`);
    const { code, stderr } = await run(process.execPath, ['--expose-gc', script, out]);
    assert.equal(code, 0, stderr);
    const { suspects } = await findLeaksIn([1, 2, 3].map((k) => join(out, `${k}.heapsnapshot`)));
    const found = suspects.map(({ constructor, holder }) => `${constructor} ${holder.constructor}.${holder.edge}`);
    assert.deepEqual(found, expected, `${name} ${variant}`);
    if (name === 'two-leaks' && variant === 'leak')
      await checkNoise([1, 2, 3].map((k) => join(out, `${k}.heapsnapshot`)));
    if (name !== 'response-cache' || variant !== 'fixed') return;
    // Of one snapshot: what Node itself is made of is not told.
    const alone = await findLeaksIn([join(out, '3.heapsnapshot')]);
    assert.deepEqual(alone.suspects, []);
  });
});
