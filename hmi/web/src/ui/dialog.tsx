/** A dialog over the page, by the browser's own means: focus stays in it, Escape closes it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { lostSince } from '../live/stream.ts';

type DialogProps = Readonly<{ title: string; onClose: () => void; children: ComponentChildren; wide?: boolean }>;

export function Dialog({ title, onClose, children, wide }: DialogProps) {
  const own = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    own.current?.showModal();
    // An element that leaves the page gives focus to nothing: whoever works by keyboard goes on where the dialog was opened.
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const lost = lostSince.value !== null;
  return (
    <dialog ref={own} class={wide === true ? 'wide' : ''} onClose={onClose} aria-label={title}>
      <header class="dialog-title">
        <h2>{title}</h2>
        <button type="button" class="quiet" onClick={onClose} aria-label="Close">
          ✕
        </button>
      </header>
      {lost && <p class="problem">The link to the server is lost. Nothing can be sent now.</p>}
      <div class={lost ? 'dialog-body hatched' : 'dialog-body'}>{children}</div>
    </dialog>
  );
}

type ButtonProps = Readonly<{
  children: ComponentChildren;
  /** Why it cannot be pressed; shown beside it. */
  refusedBy: string | null;
  testid?: string;
  onPress: () => void;
  strong?: boolean;
  hideReason?: boolean;
}>;

/** A button that says why it cannot be pressed. */
export function Press({ children, refusedBy, testid, onPress, strong, hideReason }: ButtonProps) {
  return (
    <span class="press">
      <button
        type="button"
        class={strong === true ? 'strong' : ''}
        disabled={refusedBy !== null}
        title={refusedBy ?? undefined}
        onClick={onPress}
        data-testid={testid}
      >
        {children}
      </button>
      {refusedBy !== null && hideReason !== true && <small class="why-not">{refusedBy}</small>}
    </span>
  );
}

type ButtonsProps = Readonly<{
  /** The word on the button that sends. */
  confirm: string;
  refusedBy: string | null;
  testid: string;
  onPress: () => void;
  onClose: () => void;
}>;

/** How a dialog ends: by what it was opened for, or by nothing. */
export const DialogButtons = ({ confirm, onClose, ...press }: ButtonsProps) => (
  <div class="buttons">
    <Press strong {...press}>
      {confirm}
    </Press>
    <button type="button" onClick={onClose}>
      Cancel
    </button>
  </div>
);
