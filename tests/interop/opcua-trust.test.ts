import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CertificatesAnswer } from '../../hmi/api/answers.ts';
import { ApiPerson } from '../support/api.ts';
import { OpcUaWatcher } from '../support/opcua-watcher.ts';
import { Service, temporaryFolder } from '../support/service.ts';
import { until } from '../support/waiting.ts';

const folder = temporaryFolder('opcua-trust');
let service: Service;

beforeAll(async () => {
  service = await Service.start({ site: 'deploy/sites/demo.yaml', data: folder.path });
});

afterAll(async () => {
  await service.stop();
  folder.remove();
});

describe('the running service', () => {
  it('turns a client away, takes the trust given on disk, and shows it out when a person rejects it at the page', async () => {
    const maintenance = await ApiPerson.firstLogin(service, 'maintenance');
    const operator = await ApiPerson.firstLogin(service, 'operator');
    const listed = async () => (await maintenance.get<CertificatesAnswer>('/api/certificates')).body.certificates;
    expect(await listed()).toEqual([]);
    expect((await operator.get('/api/certificates')).status).toBe(403);

    const watcher = await OpcUaWatcher.connect(service, operator.user, operator.password, 'QD-1/R201/TT-201A');
    await watcher.until(() => true);
    const [client] = await listed();
    expect(client).toMatchObject({ state: 'trusted', use: 'application' });
    expect(await watcher.call('QD-1', 'StartBatch', 'cdse-590')).toBe('BadUserAccessDenied');

    const asked = { thumbprint: client?.thumbprint, state: 'rejected' };
    expect((await operator.post('/api/certificates/trust', asked)).status).toBe(403);
    let ended = false;
    watcher.session.on('session_closed', () => (ended = true));
    watcher.client.on('connection_lost', () => (ended = true));
    expect((await maintenance.post('/api/certificates/trust', asked)).status).toBe(200);
    await until(() => ended, { what: 'the client to be shown out' });
    expect(await listed()).toMatchObject([{ state: 'rejected' }]);
    await watcher.client.disconnect().catch(() => undefined);
  });
});
