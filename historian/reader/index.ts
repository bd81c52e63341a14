/** History read as it is kept, with no service: for whoever proves it against what was measured. */
export { openEmbeddedHistory, openInfluxHistory, type HistoryReader } from './history-reader.ts';
export { keepRule, longestSilenceMs, type KeepRule } from '../live-history.ts';
export { seriesOf } from '../schema.ts';
