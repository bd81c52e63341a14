/** Security keys in the browser (WebAuthn level 3): what the server asks is handed to it, and what the key says is handed back. */
import type { KeyAnswer, KeyOptions } from '../../../../plant/ports/security-key.ts';

export type KeySaid = Readonly<{ ok: true; answer: KeyAnswer }> | Readonly<{ ok: false; problem: string }>;

/** Nothing where this browser, or a page without HTTPS, has none. */
export const hasSecurityKeys = (): boolean => window.isSecureContext && 'PublicKeyCredential' in window;

export const makeKey = (options: KeyOptions): Promise<KeySaid> =>
  said(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as unknown as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  );

export const askKey = (options: KeyOptions): Promise<KeySaid> =>
  said(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as unknown as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  );

async function said(ask: () => Promise<Credential | null>): Promise<KeySaid> {
  try {
    const credential = await ask();
    if (!(credential instanceof PublicKeyCredential)) return { ok: false, problem: 'No key answered. Try again.' };
    return { ok: true, answer: answerOf(credential) };
  } catch (thrown) {
    const name = thrown instanceof Error ? thrown.name : '';
    return { ok: false, problem: whyNot[name] ?? 'The key could not be asked. Try again, or use another browser.' };
  }
}

const whyNot: Readonly<Record<string, string>> = {
  NotAllowedError: 'No key answered, or it was called off. Try again.',
  InvalidStateError: 'That key is enrolled already.',
  SecurityError: 'Keys are asked only of pages that are opened by the name of the server, over HTTPS.',
};

/** What the server takes of it, and nothing else. */
function answerOf(credential: PublicKeyCredential): KeyAnswer {
  const { id, response } = credential;
  const text = (bytes: ArrayBuffer): string =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const common = { clientDataJSON: text(response.clientDataJSON) };
  const parts =
    response instanceof AuthenticatorAttestationResponse
      ? { attestationObject: text(response.attestationObject), transports: response.getTransports() }
      : partsOf(response as AuthenticatorAssertionResponse, text);
  return { id, rawId: id, type: 'public-key', response: { ...common, ...parts }, clientExtensionResults: {} };
}

const partsOf = (
  { authenticatorData, signature, userHandle }: AuthenticatorAssertionResponse,
  text: (bytes: ArrayBuffer) => string,
) => ({
  authenticatorData: text(authenticatorData),
  signature: text(signature),
  ...(userHandle === null || userHandle.byteLength === 0 ? {} : { userHandle: text(userHandle) }),
});
