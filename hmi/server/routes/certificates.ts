/** Certificates of OPC UA clients and of the people who log in there. The desks decide who may, and record it. */
import type { FastifyInstance } from 'fastify';
import type { CertificatesAnswer } from '../../api/answers.ts';
import { giveCertificateRequest, takeCertificateRequest, trustRequest } from '../../api/requests.ts';
import { checkedInput } from '../checked-input.ts';
import { notFound } from '../errors.ts';
import type { PagesOptions } from '../options.ts';
import { personOf } from './guard.ts';

const trustOf = checkedInput(trustRequest);
const giftOf = checkedInput(giveCertificateRequest);
const takingOf = checkedInput(takeCertificateRequest);

export function certificateRoutes(api: FastifyInstance, { certificates, people, access }: PagesOptions): void {
  api.get('/certificates', { config: { permission: 'manage certificates' } }, async (): Promise<CertificatesAnswer> => {
    const [listed, given, persons] = await Promise.all([certificates.list(), people.certificates(), access.people()]);
    return {
      certificates: listed,
      people: given.flatMap((certificate) => {
        const person = persons.find(({ id }) => id === certificate.personId);
        if (person === undefined) return [];
        return [{ ...certificate, userName: person.userName, printedName: person.printedName }];
      }),
      userNames: persons.map(({ userName }) => userName),
    };
  });

  api.post('/certificates/trust', { config: { permission: 'by-desk' } }, async (request) => {
    const { thumbprint, state } = trustOf(request.body);
    if (state === 'trusted') await certificates.trust(thumbprint, personOf(request));
    else await certificates.reject(thumbprint, personOf(request));
    return {};
  });

  api.post('/certificates/give', { config: { permission: 'manage people' } }, async (request) => {
    const { thumbprint, userName, reason } = giftOf(request.body);
    const person = (await access.people()).find((one) => one.userName === userName);
    if (person === undefined) throw notFound('person', userName, 'See the list of people.');
    await people.addCertificate(person.id, await certificates.pem(thumbprint), reason, personOf(request));
    return {};
  });

  api.post('/certificates/take', { config: { permission: 'manage people' } }, async (request) => {
    const { thumbprint, reason } = takingOf(request.body);
    await people.removeCertificate(thumbprint, reason, personOf(request));
    return {};
  });
}
