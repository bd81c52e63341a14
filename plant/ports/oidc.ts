/** A login by the identity provider of the house (OpenID Connect Core 1.0, code flow with PKCE), between a browser and the room of access. */
import type { KeyProof } from './security-key.ts';

/** Where a browser is sent, and what it keeps meanwhile so that nobody else can bring back what it is given there. */
export type OidcBegun = Readonly<{ url: string; browser: string }>;

/** What a browser brings back. */
export type OidcReturn = Readonly<{
  /** The query of the address it was sent back to: `code=…&state=…`. */
  query: string;
  browser: string;
}>;

export type OidcCredentials = OidcReturn &
  Readonly<{
    terminal: string;
    /** Six digits of the person's device, of whoever has a second factor here. */
    code?: string;
    /** What a security key answered, in place of a code. */
    securityKey?: KeyProof;
  }>;
