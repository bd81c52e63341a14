/** A person at the API: logs in with the first password, changes it, and asks. */
import { note } from './on-record.ts';
import type { Service } from './service.ts';

/** What a person needs of a running service: where it is, and the paper with the first passwords. */
export type Reached = Pick<Service, 'url' | 'firstPassword'>;

export type Answer<T = unknown> = Readonly<{ status: number; body: T }>;

export class ApiPerson {
  readonly #service: Reached;
  readonly user: string;
  password: string;
  #cookie = '';

  private constructor(service: Reached, user: string, password: string) {
    this.#service = service;
    this.user = user;
    this.password = password;
  }

  /** Logs in for the first time and changes the password, as the first login asks. */
  static async firstLogin(service: Reached, user: string): Promise<ApiPerson> {
    const person = new ApiPerson(service, user, service.firstPassword(user));
    await person.login();
    const changed = `a new password of ${user} 7`;
    const answer = await person.post('/api/password', { oldPassword: person.password, newPassword: changed });
    if (answer.status >= 300)
      throw new Error(`The password of ${user} was not changed: ${JSON.stringify(answer.body)}`);
    person.password = changed;
    await person.login();
    const certified = await person.post('/api/certify', { password: changed });
    if (certified.status >= 300) throw new Error(`${user} could not certify: ${JSON.stringify(certified.body)}`);
    return person;
  }

  static async knowing(service: Reached, user: string, password: string): Promise<ApiPerson> {
    const person = new ApiPerson(service, user, password);
    await person.login();
    return person;
  }

  /** Logs in with a password that was changed before. */
  static async returning(service: Reached, user: string): Promise<ApiPerson> {
    const person = new ApiPerson(service, user, `a new password of ${user} 7`);
    await person.login();
    return person;
  }

  async bytes(path: string): Promise<Readonly<{ status: number; bytes: Buffer }>> {
    const response = await fetch(`${this.#service.url}${path}`, { headers: { cookie: this.#cookie } });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  }

  async login(): Promise<void> {
    const from = Date.now();
    const response = await fetch(`${this.#service.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#service.url },
      body: JSON.stringify({ userName: this.user, password: this.password }),
    });
    if (!response.ok) throw new Error(`${this.user} could not log in: ${response.status} ${await response.text()}`);
    this.#cookie = response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
    await response.arrayBuffer();
    note(this.#service.url, { url: '/api/login', body: { userName: this.user }, from, to: Date.now() });
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.#ask<T>(path, { headers: { cookie: this.#cookie } });
  }

  async text(path: string): Promise<string> {
    const response = await fetch(`${this.#service.url}${path}`, { headers: { cookie: this.#cookie } });
    return response.text();
  }

  async post<T>(path: string, body: unknown): Promise<Answer<T>> {
    const from = Date.now();
    const answer = await this.#ask<T>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.#service.url, cookie: this.#cookie },
      body: JSON.stringify(body),
    });
    if (answer.status < 300) note(this.#service.url, { url: path, body, from, to: Date.now() });
    return answer;
  }

  async #ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    const response = await fetch(`${this.#service.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }
}
