/** Labels of containers, and their count. */
export { createLabels, type LabelsOptions, type LabelsRoom } from './room.ts';
