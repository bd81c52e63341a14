/** The gateway's door: the field side with its command path, and the OPC UA server. */
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { VirtualField, type Registers, type TagWrite, type VirtualFieldOptions } from './virtual/virtual-field.ts';
export { createOpcUaServer, type OpcUaServer, type OpcUaServerOptions } from './opcua/index.ts';
