/** Passwords: Argon2id (64 MiB, 3 passes, 1 lane) two at a time, the policy, and first passwords that a person can read out. */
import { hash, verify } from '@node-rs/argon2';
import { mesolineError } from '../../plant/errors.ts';
import type { Breached } from './breached.ts';

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(stored: string, password: string): Promise<boolean>;
}

export type HashCost = Readonly<{ memoryCost: number; timeCost: number; parallelism: number }>;

export const productCost: HashCost = { memoryCost: 65_536, timeCost: 3, parallelism: 1 };

const atOnce = 2;
/** More than this many people waiting to log in is not people. */
const waitingAtMost = 64;

/** The hashing runs in libuv's pool; at most two at a time, so that it takes neither the memory nor the pool from others. */
export function createHasher(cost: HashCost = productCost): PasswordHasher {
  let running = 0;
  const waiting: (() => void)[] = [];

  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= waitingAtMost) {
        throw mesolineError('login-busy', 'login', 'Too many logins wait at once.', 'Try again in a few seconds.');
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return {
    hash: (password) => limited(() => hash(password.normalize('NFKC'), { ...cost })),
    verify: (stored, password) => limited(() => verify(stored, password.normalize('NFKC'))),
  };
}

/** Whether two entries are one password: what is hashed is the normal form, in which a full-width letter is a letter. */
export const samePassword = (one: string, other: string): boolean => one.normalize('NFKC') === other.normalize('NFKC');

export const shortestPassword = 12;
const longestPassword = 256;

/** What is wrong with a new password, or null. @throws what `breached` throws. */
export function passwordFault(password: string, userName: string, breached: Breached): string | null {
  const { length } = password.normalize('NFKC');
  if (length < shortestPassword) return `It has ${length} characters; at least ${shortestPassword} are asked.`;
  if (length > longestPassword) return `It has ${length} characters; at most ${longestPassword} are taken.`;
  if (password.toLowerCase() === userName.toLowerCase()) return 'It is the user name.';
  if (breached(password)) return 'It is in a list of passwords that became known.';
  return null;
}

const consonants = 'bdfghjklmnprstvz';
const vowels = 'aeiou';

/** Five groups such as `bavo-kilu-muna-tepo-riso`: 63 bits, readable aloud. `pick(n)` gives an even choice from 0 to n − 1. */
export function readablePassword(pick: (choices: number) => number): string {
  const letter = (of: string): string => of.charAt(pick(of.length));
  const syllable = (): string => letter(consonants) + letter(vowels);
  return Array.from({ length: 5 }, () => syllable() + syllable()).join('-');
}
