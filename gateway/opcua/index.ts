/** The OPC UA server's door; the gateway's own door hands it on. */
export { TrustFolder } from './trust-folder.ts';
export { createOpcUaServer, type OpcUaServer, type OpcUaServerOptions } from './server.ts';
