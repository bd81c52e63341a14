/** Keys and certificates as a client or a user would have them made. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPCUACertificateManager } from 'node-opcua';
import { readDer } from '../../../../gateway/opcua/trust/trust-folder.ts';
import { X509Certificate } from 'node:crypto';

export type MadeCertificate = Readonly<{
  pem: string;
  der: Buffer;
  key: string;
  thumbprint: string;
  file: string;
  keyFile: string;
}>;

/** @param days how long it is valid from its start on */
export async function makeCertificate(
  folder: string,
  { name, start = new Date(Date.now() - 3_600_000), days = 365 }: { name: string; start?: Date; days?: number },
): Promise<MadeCertificate> {
  const rootFolder = join(folder, `made-${name}-${start.getTime()}-${days}`);
  const manager = new OPCUACertificateManager({ rootFolder, keySize: 2048, disableFileWatchers: true });
  await manager.initialize();
  const file = join(rootFolder, 'made.pem');
  await manager.createSelfSignedCertificate({
    subject: `/CN=${name}`,
    applicationUri: `urn:test:${name}`,
    dns: ['localhost'],
    startDate: start,
    validity: days,
    outputFile: file,
  });
  await manager.dispose();
  const keyFile = manager.privateKey;
  const pem = readFileSync(file, 'utf8');
  const der = new X509Certificate(pem).raw;
  return { pem, der, key: readFileSync(keyFile, 'utf8'), thumbprint: readDer(der)!.thumbprint, file, keyFile };
}
