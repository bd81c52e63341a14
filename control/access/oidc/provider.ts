/** The identity provider of the house, asked by the code flow with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636). Every token is checked. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clockTolerance,
  ClientError,
  ClientSecretBasic,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  ResponseBodyError,
  type Configuration,
  type CustomFetch,
} from 'openid-client';
import { Agent, fetch } from 'undici';
import { mesolineError, messageOf } from '../../../plant/errors.ts';
import type { OidcIdentity } from '../../../plant/people.ts';
import type { OidcSettings } from './settings.ts';

/** What a login is begun by and answered with: drawn anew for each. */
export type OidcSecrets = Readonly<{ state: string; nonce: string; verifier: string }>;

export interface IdentityProvider {
  /** Where a browser is sent. @throws MesolineError `oidc-unreachable` */
  address(redirectUri: string, secrets: OidcSecrets): Promise<string>;
  /**
   * Whom it says the browser is that was sent back with that query.
   * @throws MesolineError `login-refused` where it says no, or what it says does not hold; `oidc-unreachable`
   */
  identify(redirectUri: string, query: string, secrets: OidcSecrets): Promise<OidcIdentity>;
}

/** Clocks of two machines differ by less than this, in seconds. */
const tolerance = 30;
/** Longest answer that is read: discovery, keys and tokens are a few kilobytes. */
const longestAnswer = 1_000_000;

/** Error codes that say: what was answered does not hold. The rest says that there was no answer. */
const doesNotHold = /^OAUTH_(?:JWT|INVALID|UNSUPPORTED|KEY_SELECTION|MISSING|JSON_ATTRIBUTE)/u;

export function identityProvider(settings: OidcSettings): IdentityProvider {
  const { issuer, client, secret, authorities, answersWithin } = settings;
  const dispatcher = new Agent({
    maxResponseSize: longestAnswer,
    ...(authorities === null ? {} : { connect: { ca: authorities } }),
  });
  const ask = ((url: string, options: object) =>
    fetch(url, { ...options, redirect: 'manual', dispatcher })) as unknown as CustomFetch;
  let known: Promise<Configuration> | null = null;

  /** What it says of itself, asked once; asked again where it did not answer. */
  const configuration = async (): Promise<Configuration> => {
    known ??= discovery(
      new URL(issuer),
      client,
      { [clockTolerance]: tolerance },
      secret === null ? None() : ClientSecretBasic(secret),
      {
        timeout: answersWithin / 1000,
        [customFetch]: ask,
        // Without encryption on this machine alone: the settings take no other such issuer.
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
      },
    );
    try {
      return await known;
    } catch (error) {
      known = null;
      throw unreachable(issuer, error);
    }
  };

  return {
    async address(redirectUri, { state, nonce, verifier }) {
      const about = await configuration();
      const challenge = await calculatePKCECodeChallenge(verifier);
      return buildAuthorizationUrl(about, {
        redirect_uri: redirectUri,
        scope: 'openid',
        state,
        nonce,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      }).href;
    },

    async identify(redirectUri, query, { state, nonce, verifier }) {
      const about = await configuration();
      try {
        const tokens = await authorizationCodeGrant(about, new URL(`${redirectUri}?${query}`), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw refused('It gave no token that says who it is.');
        return { issuer: claims.iss, subject: claims.sub };
      } catch (error) {
        throw whyNot(issuer, error);
      }
    },
  };
}

function whyNot(issuer: string, error: unknown): Error {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return refused(`${issuer} says no (${codeOf(error.error)}).`, error);
  if (error instanceof ClientError && doesNotHold.test(error.code ?? ''))
    return refused(`What ${issuer} says does not hold (${messageOf(error)}).`, error);
  return unreachable(issuer, error);
}

/** Whatever a browser may bring as an error stands on record: no more of it than a code is (RFC 6749 §4.1.2.1). */
const codeOf = (error: string): string => (/^[\w.-]{1,60}$/u.test(error) ? error : 'without a code');

const refused = (problem: string, cause?: unknown) =>
  mesolineError('login-refused', 'login', problem, 'Log in again, or by user name and password.', cause);

const unreachable = (issuer: string, error: unknown) =>
  mesolineError(
    'oidc-unreachable',
    issuer,
    `The login of the house does not answer (${messageOf(error)}).`,
    'Log in by user name and password, or ask whoever keeps it.',
    error,
  );
