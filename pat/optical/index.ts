/** What is made of absorbance and emission of quantum dots. */
export { analyseEmission } from './emission.ts';
export { analyseUvVis } from './uv-vis.ts';
export { analyseUvVisPls } from './uv-vis-pls.ts';
