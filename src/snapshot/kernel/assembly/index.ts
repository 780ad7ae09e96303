// WebAssembly SIMD kernels that read heap snapshots in V8's own layouts. The host gives the text a place in memory, says where free
// memory starts (startOfFreeMemory) and calls. Text may be read 64 bytes past and 16 bytes before its ends.
export { reserve, startOfFreeMemory } from './memory';
export { newTable, packRows, packedRows } from './table';
export { addId, countIds, hasId, newIdSet } from './ids';
export { newTypeKeysByText, setSample, setTargets, setTypes } from './nodes';
export { newColumns } from "./columns";
export { noteMinusesAt, stoppedAt, takeCheckedEdges, takeCheckedNodes, takeEdges, takeLocations, takeNodes, taken } from './take';
export { newSampledStrings, newStrings, stringPlaces, stringPlacesAt, stringsOpened, stringsStop, takeStrings } from './strings';
export { countCommas, skipCommasWithin } from "./text";
