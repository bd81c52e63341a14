/** Pages by URL path, so that each can be linked to and the browser's back button works. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';

export const path = signal(location.pathname);
window.addEventListener('popstate', () => (path.value = location.pathname));

export function go(to: string): void {
  history.pushState(null, '', to);
  path.value = location.pathname;
  window.scrollTo(0, 0);
}

/** The parts of `path` after `start`, or null where it does not begin so: `/skids/QD-1` after `/skids` gives `QD-1`. */
export function after(start: string): string | null {
  const here = path.value;
  if (!here.startsWith(`${start}/`)) return null;
  try {
    return decodeURIComponent(here.slice(start.length + 1));
  } catch {
    return null;
  }
}

type LinkProps = Readonly<{
  to: string;
  children: ComponentChildren;
  class?: string;
  current?: boolean;
  testid?: string;
}>;

export function Link({ to, children, class: className, current, testid }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      href={to}
      class={className}
      onClick={follow}
      aria-current={current === true ? 'page' : undefined}
      data-testid={testid}
    >
      {children}
    </a>
  );
}
