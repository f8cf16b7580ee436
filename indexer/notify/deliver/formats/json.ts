/** The payload as it is: a Standard Webhooks body, and that of a CloudEvent in binary mode. */
import type { Format } from './format.js';

export const json: Format = ({ json: body }) => ({ contentType: 'application/json', body });
