/** Sending a command and saying what became of it, in a line that stays until it was read. */
import { signal } from '@preact/signals';
import type { CommandAnswer } from '../../../api/answers.ts';
import type { CommandRequest } from '../../../api/requests.ts';
import { commandId, post, type Answer, type Problem } from '../api.ts';
import { lostSince, serverNow } from '../live/stream.ts';
import { denied } from '../session.ts';
import type { Permission } from '../../../../plant/ports/access.ts';

export type Notice = Readonly<{ good: boolean; text: string; remedy: string | null }>;
export const notice = signal<Notice | null>(null);

let clearing: ReturnType<typeof setTimeout> | undefined;
export function tell(good: boolean, text: string, remedy: string | null = null): void {
  clearTimeout(clearing);
  notice.value = { good, text, remedy };
  if (good) clearing = setTimeout(() => (notice.value = null), 8000);
}

/** Why nothing can be commanded now, or null. */
export function blocked(permission: Permission): string | null {
  return lostSince.value === null ? denied(permission) : 'The link to the server is lost.';
}

export async function command(
  skid: string,
  action: CommandRequest['action'],
  reason = '',
  id = commandId(),
): Promise<Answer<CommandAnswer>> {
  const request: CommandRequest = { id, action, issuedAt: Math.round(serverNow()), reason };
  const answer = await post<CommandAnswer>(`/api/skids/${encodeURIComponent(skid)}/commands`, request);
  if (answer.ok) tell(true, answer.value.message);
  else tell(false, problemText(answer.problem), answer.problem.remedy ?? null);
  return answer;
}

export function problemText({ message, live }: Problem): string {
  return live === null || live === undefined ? message : `${message} (${live.tag} reads ${String(live.value)})`;
}
