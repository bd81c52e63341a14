/** The historian's door. */
export { createHistorian, type Historian, type HistorianParts } from './historian.ts';
export { findInflux, type InfluxChoice } from './find-influx.ts';
