import type { Audit } from '../../../control/access/index.ts';
import type { RecordEvent } from '../../../plant/record-event.ts';
import { stamp } from '../records/support.ts';

/** Certificates that name the same person, of two keys; valid through October 2026. */
export const adasCertificate = `-----BEGIN CERTIFICATE-----
MIIBIDCByAIBATAKBggqhkjOPQQDAjAdMQwwCgYDVQQDDANhZGExDTALBgNVBAoM
BFRlc3QwHhcNMjYxMDAxMDAwMDAwWhcNMjYxMTAxMDAwMDAwWjAdMQwwCgYDVQQD
DANhZGExDTALBgNVBAoMBFRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR+
cAB3RmTN/QOPdoIjvoJBdPW7v9jBzF8k5UcvBiGbhDee3o0Gd0dCAWnxODZMGS9C
4OzAETeb4ZWph0C0ZUU1MAoGCCqGSM49BAMCA0cAMEQCIC9RbtrRMiNEmSsod5bq
aX0yr59OaRMQisDnj7CoTQvOAiA/AWYjCpcxcbq+dwzCN1CBedO20ZlzXEL8RTF8
o2q84w==
-----END CERTIFICATE-----
`;

export const forgedCertificate = `-----BEGIN CERTIFICATE-----
MIIBIjCByAIBAjAKBggqhkjOPQQDAjAdMQwwCgYDVQQDDANhZGExDTALBgNVBAoM
BFRlc3QwHhcNMjYxMDAxMDAwMDAwWhcNMjYxMTAxMDAwMDAwWjAdMQwwCgYDVQQD
DANhZGExDTALBgNVBAoMBFRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQt
MapGy6Kkbm1GHgNNXlmR2D/Svm8wSREusP7GftTog9nsv8yNPiBDDViGqNsCQXe6
myPOjoO76/krN7JoPrAfMAoGCCqGSM49BAMCA0kAMEYCIQD9EqKz8ALJ18Q63Fs2
K6pY/dpvndxdpLQ7Wei2E5FLFwIhAPzvTmbdJGms7mVW+HRTtcObHqIuvS0ByLQN
M7xC1KXU
-----END CERTIFICATE-----
`;

/** A record in memory, which takes everything. */
export const auditInto = (events: RecordEvent[]): Audit => ({
  record: (event) => {
    events.push(event);
    return Promise.resolve({ scope: event.scope, seq: events.length, hash: '', utc: stamp.utc });
  },
  recordOrOwe: (event) => Promise.resolve(void events.push(event)),
  read: () => [],
});
