/** The door for whoever steps a twin by a clock of their own, in their own process: `npm run twin` is the other way, with links. */
export { loadTwinOf, type TwinOf } from './twin-of.ts';
export { createVirtualLine, type VirtualBank, type VirtualLine } from './virtual-line.ts';
export {
  bookedElements,
  fedSubstances,
  heads,
  type BookedElement,
  type FedSubstance,
  type Head,
  type LineBooks,
  type Whereabouts,
} from './books.ts';
export { withStocks, type MadeUp } from './stocks.ts';
export { drawParameters } from './draw-parameters.ts';
export { loadUncertainties, type Uncertainty } from './uncertainty.ts';
export type { TwinParameters } from '../skid/parameters.ts';
