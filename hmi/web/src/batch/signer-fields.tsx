/** User and password of whoever signs, one pair for each role that is asked; never prefilled, and not kept by the browser. */
import type { Signer } from './signer.ts';

type Props = Readonly<{ roles: readonly string[]; signers: readonly Signer[]; onChange: (signers: Signer[]) => void }>;

export function SignerFields({ roles, signers, onChange }: Props) {
  const set = (index: number, part: Partial<Signer>): void =>
    onChange(signers.map((signer, at) => (at === index ? { ...signer, ...part } : signer)));
  return (
    <>
      {roles.map((role, index) => (
        <fieldset key={`${index} ${role}`}>
          <legend>Signature: {role}</legend>
          <label>
            User name
            <input
              autocomplete="off"
              value={signers[index]?.userName ?? ''}
              onInput={(event) => set(index, { userName: event.currentTarget.value })}
              data-testid={`signer-${index}-user`}
            />
          </label>
          <label>
            Password
            <input
              type="password"
              autocomplete="new-password"
              value={signers[index]?.password ?? ''}
              onInput={(event) => set(index, { password: event.currentTarget.value })}
              data-testid={`signer-${index}-password`}
            />
          </label>
        </fieldset>
      ))}
    </>
  );
}
