/** The room of materials: lots, what was weighed of them, and what they have to say before a start. */
export { emptyBook, evolve, type MaterialBook, type MaterialEvent } from './book.ts';
export { createStartGate, type GateOptions } from './start-gate.ts';
export { loadSubstances } from './substances.ts';
export { lotsScope, materialRecord, recall } from './events.ts';
