/**
 * Logins that were begun at the identity provider and are not ended. Each is of one browser, is answered once, and is forgotten after ten
 * minutes; whoever the provider has proven and who has a second factor here may try to give it, without going there again.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { elapsed, milliseconds, type Milliseconds, type Monotonic } from '../../../plant/clock.ts';
import { mesolineError } from '../../../plant/errors.ts';
import type { OidcIdentity } from '../../../plant/people.ts';
import type { OidcBegun, OidcReturn } from '../../../plant/ports/oidc.ts';
import type { Moment } from '../audit.ts';
import type { IdentityProvider, OidcSecrets } from './provider.ts';

const begunFor = milliseconds(10 * 60_000);
const provenFor = milliseconds(2 * 60_000);
const begunAtMost = 1000;
/** The page that the provider sends a browser back to. */
const backAt = '/login/oidc';

type Begun = Readonly<{
  secrets: OidcSecrets;
  redirectUri: string;
  browserHash: string;
  since: Monotonic;
  /** Null until the provider has said who it is. */
  identity: OidcIdentity | null;
}>;

export class OidcLogins {
  readonly #provider: IdentityProvider;
  readonly #draw: () => string;
  /** By `state`. */
  readonly #begun = new Map<string, Begun>();

  /** @param draw 256 bits, in characters of a URL */
  constructor(provider: IdentityProvider, draw: () => string) {
    this.#provider = provider;
    this.#draw = draw;
  }

  /** @param origin of the page, as the browser names it. @throws MesolineError `oidc-unreachable` */
  async begin(origin: string, { monotonic }: Moment): Promise<OidcBegun> {
    if (!URL.canParse(origin)) throw refused('It is begun by a page in a browser.');
    const [state, nonce, verifier, browser] = [this.#draw(), this.#draw(), this.#draw(), this.#draw()];
    const secrets = { state, nonce, verifier };
    const redirectUri = `${origin}${backAt}`;
    const url = await this.#provider.address(redirectUri, secrets);
    this.#keep(state, { secrets, redirectUri, browserHash: hashOf(browser), since: monotonic, identity: null });
    return { url, browser };
  }

  /** Who was proven. It stands for two minutes, until `end`. @throws MesolineError `login-refused`, `oidc-unreachable` */
  async prove({ query, browser }: OidcReturn, { monotonic }: Moment): Promise<OidcIdentity> {
    const state = new URLSearchParams(query).get('state') ?? '';
    const begun = this.#begun.get(state);
    if (begun === undefined) throw refused('That login was ended, or was never begun here.');
    if (!isSame(begun.browserHash, hashOf(browser))) throw refused('That login was begun in another browser.');
    this.#begun.delete(state);
    if (elapsed(begun.since, monotonic) > lifeOf(begun)) throw refused('That login was begun too long ago.');
    if (begun.identity !== null) {
      this.#keep(state, begun);
      return begun.identity;
    }
    const identity = await this.#provider.identify(begun.redirectUri, query, begun.secrets);
    this.#keep(state, { ...begun, since: monotonic, identity });
    return identity;
  }

  /** Nothing more is done by that login. */
  end({ query }: OidcReturn): void {
    this.#begun.delete(new URLSearchParams(query).get('state') ?? '');
  }

  #keep(state: string, begun: Begun): void {
    this.#begun.delete(state);
    this.#begun.set(state, begun);
    if (this.#begun.size > begunAtMost) this.#begun.delete(this.#begun.keys().next().value ?? '');
  }
}

const lifeOf = ({ identity }: Begun): Milliseconds => (identity === null ? begunFor : provenFor);
const hashOf = (browser: string): string => hash('sha256', browser, 'hex');
const isSame = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one), Buffer.from(other));

const refused = (problem: string) =>
  mesolineError('login-refused', 'login', problem, 'Begin again at the page of the login.');
