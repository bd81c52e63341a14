/** Of what a recipe asks, as a share: the resolution of a laboratory balance leaves that much at some 10 mmol. */
export const weighingTolerance = 0.01;
