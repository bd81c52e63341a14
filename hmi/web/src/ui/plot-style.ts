/** How every chart looks: colours and lines as the page has them now. */
import type uPlot from 'uplot';

/** A colour of the page by its name, such as `--text`. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const axisStyle = (): Pick<uPlot.Axis, 'stroke' | 'grid' | 'ticks'> => ({
  stroke: colour('--faint'),
  grid: { stroke: colour('--inset'), width: 1 },
  ticks: { stroke: colour('--line'), width: 1 },
});
