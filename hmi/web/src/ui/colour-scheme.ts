/** Whether the page is dark, for what is drawn with colours that were read once. */
import { signal } from '@preact/signals';

const query = matchMedia('(prefers-color-scheme: dark)');
export const isDark = signal(query.matches);
query.addEventListener('change', ({ matches }) => (isDark.value = matches));
