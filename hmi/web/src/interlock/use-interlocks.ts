/** The interlocks of the skid that is looked at, with every row and its readings. */
import type { InterlockView } from '../../../../plant/ports/interlock-desk.ts';
import { useWatched } from '../ui/use-watched.ts';

const everyMs = 1000;

/** Undefined until it has been heard; never another skid's. */
export function useInterlocks(skid: string): InterlockView | undefined {
  const { value } = useWatched<InterlockView>(`/api/skids/${skid}/interlocks`, everyMs);
  return value !== null && String(value.skid) === skid ? value : undefined;
}
