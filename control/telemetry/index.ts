/** The room of sealed telemetry: what is measured while a batch runs, in files whose digests stand in the batch's own chain. */
export { createTelemetry, type Telemetry, type TelemetryOptions } from './room.ts';
export { SealedFiles } from './sealed-files.ts';
