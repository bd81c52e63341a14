/** The room of review: rules over every record, exceptions, deviations, dispositions, and the record as a document. */
export { createReview, type Review, type ReviewOptions } from './room.ts';
export { recordAtRest, type RestingRecord, type RestingSources } from './record-at-rest.ts';
