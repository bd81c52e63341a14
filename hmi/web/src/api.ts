/** Asking the server. An answer is data, also where it is a refusal: nothing here throws. */
import { watchingHeader } from '../../api/watching.ts';
import type { ErrorAnswer, RefusalAnswer } from '../../api/answers.ts';

export type Problem = Readonly<{ status: number }> & ErrorAnswer & Partial<Pick<RefusalAnswer, 'live' | 'remedy'>>;
export type Answer<T> = Readonly<{ ok: true; value: T }> | Readonly<{ ok: false; problem: Problem }>;

const patienceMs = 20_000;

export const get = <T>(url: string): Promise<Answer<T>> => ask<T>(url, { method: 'GET' });

/** Asking by the page itself rather than by the person. */
export const watch = <T>(url: string): Promise<Answer<T>> =>
  ask<T>(url, { method: 'GET', headers: { [watchingHeader]: 'yes' } });

export const post = <T>(url: string, body: object): Promise<Answer<T>> =>
  ask<T>(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function ask<T>(url: string, init: RequestInit): Promise<Answer<T>> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
    body = await response.json();
  } catch {
    return unanswered;
  }
  if (response.ok) return { ok: true, value: body as T };
  const problem = { ...(body as ErrorAnswer), status: response.status };
  if (response.status === 401 || problem.code === 'password-change-required') sessionLost();
  if (response.status === 423) sessionLocked();
  return { ok: false, problem };
}

const unanswered: Answer<never> = {
  ok: false,
  problem: {
    status: 0,
    code: 'no-answer',
    message: 'The server did not answer. What was asked may or may not have been done: look at the values.',
    faults: [],
  },
};

/** Set by the session's keeper, which asks again who is logged in. */
let sessionLost: () => void = () => undefined;
export const onSessionLost = (tell: () => void): void => {
  sessionLost = tell;
};

/** Set by the session's keeper, which shows that it is locked. */
let sessionLocked: () => void = () => undefined;
export const onSessionLocked = (tell: () => void): void => {
  sessionLocked = tell;
};

/** A new id for something that is to be done once, however often it is sent. */
export function commandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
