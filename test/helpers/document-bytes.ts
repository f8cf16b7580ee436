/** The makers of documents in one place, for programs outside the test runner. */
export { epub, officeOpen, openDocument, relations, TYPES } from './office-bytes.js';
export { pdfBytes } from './pdf-bytes.js';
export { tarBytes } from './tar-bytes.js';
export { zipBytes } from './zip-bytes.js';
