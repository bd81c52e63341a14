/** Where the shipped skid files and device models lie. */
import { fileURLToPath } from 'node:url';

export const shippedSkidFolder = fileURLToPath(new URL('../skids', import.meta.url));
export const shippedDeviceModelFolder = fileURLToPath(new URL('../../gateway/devices', import.meta.url));
