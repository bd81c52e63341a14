/** The OPC UA server's door; the gateway's own door hands it on. */
export { createOpcUaServer, type OpcUaServer, type OpcUaServerOptions } from './server.ts';
