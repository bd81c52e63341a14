/** What the page itself asks of the server again and again, and at once after something was done. */
import { useEffect, useState } from 'preact/hooks';
import { watch } from '../api.ts';

export type Watched<T> = Readonly<{ value: T | null; problem: string | null; again: () => void }>;

export function useWatched<T>(url: string, everyMs: number): Watched<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let stopped = false;
    const read = async (): Promise<void> => {
      const answer = await watch<T>(url);
      if (stopped) return;
      if (answer.ok) setValue(() => answer.value);
      setProblem(answer.ok ? null : answer.problem.message);
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [url, everyMs, asked]);
  return { value, problem, again: () => setAsked((times) => times + 1) };
}
