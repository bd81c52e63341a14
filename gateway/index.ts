/** The gateway's door. */
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { createOpcUaServer, type OpcUaServer, type OpcUaServerOptions } from './opcua/index.ts';
