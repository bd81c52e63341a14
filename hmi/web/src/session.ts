/** Who is logged in on this page, and what the plant is made of; both stay until the logout. */
import { signal } from '@preact/signals';
import type { SessionAnswer, SkidAnswer } from '../../api/answers.ts';
import type { Permission } from '../../../plant/ports/access.ts';
import { get, onSessionLocked, onSessionLost, post } from './api.ts';
import { closeStream, openStream } from './live/stream.ts';

/** `undefined`: not known yet; `null`: nobody. */
export const session = signal<SessionAnswer | null | undefined>(undefined);
export const skids = signal<readonly SkidAnswer[]>([]);

export async function findSession(): Promise<void> {
  const answer = await get<SessionAnswer>('/api/session');
  if (answer.ok) return enter(answer.value);
  // Without an answer nobody is logged out: the link's cover says what is wrong.
  if (answer.problem.status !== 0) leave();
  else if (session.value === undefined) setTimeout(() => void findSession(), 1000);
}

export async function enter(found: SessionAnswer): Promise<void> {
  session.value = found;
  if (!found.mustChangePassword) firstPassword = null;
  if (found.mustChangePassword) {
    closeStream();
    return;
  }
  const answer = await get<readonly SkidAnswer[]>('/api/skids');
  if (!answer.ok) return;
  skids.value = answer.value;
  openStream(() => void findSession());
}

/** The password of a login that must change it at once; asked again where the page was loaded anew. */
let firstPassword: string | null = null;
export const keepFirstPassword = (password: string): void => {
  firstPassword = password;
};
export const keptFirstPassword = (): string | null => firstPassword;

export function leave(): void {
  firstPassword = null;
  closeStream();
  session.value = null;
}

export async function logout(): Promise<void> {
  await post('/api/logout', {});
  leave();
}

/** Why this person may not, or null where it may. */
export function denied(permission: Permission): string | null {
  const decision = session.value?.may[permission];
  if (decision === undefined) return 'Nobody is logged in.';
  return decision.allowed ? null : decision.reason;
}

let asking = false;
onSessionLost(() => {
  if (asking || session.value === null || session.value === undefined) return;
  asking = true;
  void findSession().finally(() => (asking = false));
});

onSessionLocked(() => {
  if (session.value !== null && session.value !== undefined) session.value = { ...session.value, locked: true };
});

const tellUseEveryMs = 60_000;
let toldUse = 0;

/** Working with the page without asking the server for anything is use too; said at most once a minute. */
for (const event of ['pointerdown', 'keydown'] as const) {
  window.addEventListener(event, () => {
    if (session.value === null || session.value === undefined || performance.now() - toldUse < tellUseEveryMs) return;
    toldUse = performance.now();
    void get<SessionAnswer>('/api/session').then((answer) => {
      if (answer.ok && answer.value.locked) session.value = answer.value;
    });
  });
}
