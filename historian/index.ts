/** The historian's door. */
export { createHistorian, type Historian, type HistorianParts } from './historian.ts';
export { findInflux, findSecondSink, type InfluxChoice } from './find-influx.ts';
