/** Where the shipped skid files, device models and methods lie. */
import { fileURLToPath } from 'node:url';

export const shippedSkidFolder = fileURLToPath(new URL('../skids', import.meta.url));
export const shippedDeviceModelFolder = fileURLToPath(new URL('../../gateway/devices', import.meta.url));
export const shippedMethodFolder = fileURLToPath(new URL('../../pat/methods', import.meta.url));
