/**
 * An esbuild plugin: packages that a library takes for what is not used of it. That of D-Bus reads descriptions of other programs
 * (xml2js), and connects in ways of its own (abstract-socket, event-stream): half of the program that answers desktops.
 */
const UNUSED = /^(?:abstract-socket|event-stream|xml2js)$/;

export const leftOut = {
  name: 'left out',
  setup(current) {
    current.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: 'left-out' }));
    current.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};
