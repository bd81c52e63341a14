/** What a version of a recipe asks of people; it does not change, and so it is read once. */
import { useEffect, useState } from 'preact/hooks';
import type { RecipeOutlineAnswer } from '../../../api/answers.ts';
import { watch } from '../api.ts';

export type OutlineRead = Readonly<{ outline: RecipeOutlineAnswer | null; problem: string | null }>;

const nothing: OutlineRead = { outline: null, problem: null };

export function useOutline(recipe: string, version: number | null): OutlineRead {
  const [read, setRead] = useState<OutlineRead>(nothing);
  useEffect(() => {
    setRead(nothing);
    if (recipe === '' || version === null) return;
    let stopped = false;
    const ask = async (): Promise<void> => {
      const query = `recipe=${encodeURIComponent(recipe)}&version=${version}`;
      const answer = await watch<RecipeOutlineAnswer>(`/api/recipe-outline?${query}`);
      if (stopped) return;
      setRead(
        answer.ok ? { outline: answer.value, problem: null } : { outline: null, problem: answer.problem.message },
      );
    };
    void ask();
    return () => {
      stopped = true;
    };
  }, [recipe, version]);
  return read;
}
