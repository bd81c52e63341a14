/** Who is on which session: people are proven by the main thread, and known here by a number and their roles. */
import type { ServerSession, UserManagerOptions } from 'node-opcua';
import type { Role } from '../../../plant/people.ts';
import type { FromWorker } from '../worker/messages.ts';

const longestEntry = 256;

export class Logins {
  readonly #post: (message: FromWorker) => void;
  readonly #asked = new Map<number, (login: number | null) => void>();
  readonly #roles = new Map<number, readonly Role[]>();
  /** Proven, while the session's activation is still under way. */
  readonly #proven = new Map<ServerSession, number>();
  readonly #active = new Map<ServerSession, number>();
  readonly #asking = new WeakSet<ServerSession>();
  #nextId = 1;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  userManager(): UserManagerOptions {
    const prove = (session: ServerSession, userName: string, password: string): Promise<boolean> =>
      this.#prove(session, userName, password);
    return {
      isValidUserAsync(userName, password, done) {
        prove(this, userName, password).then(
          (proven) => done(null, proven),
          () => done(null, false),
        );
      },
      // A name says nothing of whose session it is: roles go by the session (roles-context.ts).
      getUserRoles: () => [],
    };
  }

  answer(id: number, login: number | null, roles: readonly Role[]): void {
    if (login !== null) this.#roles.set(login, roles);
    this.#asked.get(id)?.(login);
    this.#asked.delete(id);
  }

  changed(login: number, roles: readonly Role[]): void {
    if (this.#roles.has(login)) this.#roles.set(login, roles);
  }

  /** The roles of whoever is on a session, or null where nobody is. */
  rolesOf(session: ServerSession): readonly Role[] | null {
    const login = this.of(session);
    return login === null ? null : (this.#roles.get(login) ?? null);
  }

  sessions(): readonly ServerSession[] {
    return [...this.#active.keys()];
  }

  /** The login of a session, or null where nobody was proven on it. */
  of(session: ServerSession): number | null {
    return this.#active.get(session) ?? null;
  }

  sessionOf(login: number): ServerSession | null {
    return [...this.#active].find(([, one]) => one === login)?.[0] ?? null;
  }

  activated(session: ServerSession): void {
    const login = this.#proven.get(session);
    if (login === undefined) return;
    this.#proven.delete(session);
    this.#leave(this.#active, session);
    this.#active.set(session, login);
  }

  closed(session: ServerSession): void {
    this.#leave(this.#proven, session);
    this.#leave(this.#active, session);
  }

  /** Whose certificate it is, of which the client has shown to hold the key. */
  async proveCertificate(session: ServerSession, thumbprint: string): Promise<boolean> {
    return this.#ask(session, (id, terminal) => ({ kind: 'login-certificate', id, thumbprint, terminal }));
  }

  async #prove(session: ServerSession, userName: string, password: string): Promise<boolean> {
    if (userName.length > longestEntry || password.length > longestEntry) return false;
    return this.#ask(session, (id, terminal) => ({ kind: 'login', id, userName, password, terminal }));
  }

  async #ask(session: ServerSession, message: (id: number, terminal: string) => FromWorker): Promise<boolean> {
    // One at a time: who sends more at once does not wait for an answer, and each costs the proving of a password.
    if (this.#asking.has(session)) return false;
    const id = this.#nextId++;
    this.#asking.add(session);
    const login = await new Promise<number | null>((resolve) => {
      this.#asked.set(id, resolve);
      this.#post(message(id, `OPC UA ${session.channel?.remoteAddress ?? 'client'}`));
    });
    this.#asking.delete(session);
    if (login === null) return false;
    this.#leave(this.#proven, session);
    this.#proven.set(session, login);
    // The client may have gone while its password was being proven.
    if (session.status === 'closed' || session.status === 'disposed') this.closed(session);
    return true;
  }

  #leave(from: Map<ServerSession, number>, session: ServerSession): void {
    const login = from.get(session);
    if (login === undefined) return;
    from.delete(session);
    this.#roles.delete(login);
    this.#post({ kind: 'left', login });
  }
}
