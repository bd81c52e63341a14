/** Security keys and passkeys (WebAuthn) between a browser and the room of access. The browser's own forms, in JSON. */

/** `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`, for the browser and nobody else. */
export type KeyOptions = Readonly<Record<string, unknown>>;

/** What a browser has to say of a key: `RegistrationResponseJSON` or `AuthenticationResponseJSON`. */
export type KeyAnswer = Readonly<{
  id: string;
  rawId: string;
  type: 'public-key';
  response: Readonly<{
    clientDataJSON: string;
    attestationObject?: string;
    transports?: readonly string[];
    authenticatorData?: string;
    signature?: string;
    userHandle?: string;
  }>;
  clientExtensionResults: object;
}>;

/** An answer, and the origin of the page that brings it, as the browser names it. */
export type KeyProof = Readonly<{ answer: KeyAnswer; origin: string }>;
