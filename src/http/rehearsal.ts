import { summarizePushed } from '../analysis/summary.js';
import { lookAnswer } from './look.js';
import { forgetIds } from './own-snapshot.js';
import type { Query } from './query.js';

/** The least that is a snapshot, as V8 lays it out. */
const TINY = `{"snapshot":{"meta":{"node_fields":["type","name","id","self_size","edge_count","detachedness"],"node_types":[["hidden","array","string","object","code","closure","regexp","number","native","synthetic","concatenated string","sliced string","symbol","bigint","object shape"],"string","number","number","number","number"],"edge_fields":["type","name_or_index","to_node"],"edge_types":[["context","element","property","internal","hidden","shortcut","weak"],"string_or_number","node"],"trace_function_info_fields":["function_id","name","script_name","script_id","line","column"],"trace_node_fields":["id","function_info_index","count","size","children"],"sample_fields":["timestamp_us","last_assigned_id"],"location_fields":["object_index","script_id","line","column"]},"node_count":2,"edge_count":1,"trace_function_count":0},
"nodes":[9,0,1,0,1,0,3,1,3,16,0,0],
"edges":[1,1,6],
"trace_function_infos":[],
"trace_tree":[],
"samples":[],
"locations":[],
"strings":["",
"A"]}`;

let isDone = false;

/**
 * Does what a look does, once, with next to nothing: the code that this loads and compiles is then in the first look's
 * numbers already, and the second one tells of the service's growth, not of heapstat's.
 */
export async function rehearse(query: Query, keepsIds: boolean): Promise<void> {
  if (isDone) return;
  isDone = true;
  const summary = await summarizePushed('rehearsal');
  summary.push(Buffer.from(TINY));
  const result = summary.end();
  for (const isDiff of [false, true]) await lookAnswer({ ...query, isDiff }, result, result);
  if (!keepsIds) await forgetIds();
}
