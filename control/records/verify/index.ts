/** The verifier's door, for tools that go on from what it has found. */
export { readCheckpoint } from '../format/checkpoint.ts';
export { readFingerprint } from '../format/key.ts';
export { readKeptApart } from './kept-apart.ts';
export { eventsInExport, eventsInLedger } from './scope-events.ts';
export { reportText, type Report } from './report.ts';
export { isFolder, verifyFolder } from './verify-folder.ts';
export { verifyLedger } from './verify-ledger.ts';
