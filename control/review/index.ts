/** The room of review: rules over every record, exceptions, deviations, dispositions, and the record as a document. */
export { createReview, type Review, type ReviewOptions } from './room.ts';
