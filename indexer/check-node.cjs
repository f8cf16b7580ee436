/**
 * Before anything else is started: does find-text run under this Node? Written so that old ones understand it. Used by
 * `npm start` and `npm test`.
 */
const [wanted] = require('../package.json').engines.node.match(/[\d.]+/);

function isOlder(version, than) {
  const [have, need] = [version.split('.'), than.split('.')];
  const at = need.findIndex((part, i) => Number(part) !== Number(have[i]));
  return at >= 0 && Number(have[at]) < Number(need[at]);
}

if (isOlder(process.versions.node, wanted)) {
  console.error(`find-text: it needs Node ${wanted} or newer; this is ${process.versions.node} (${process.execPath})`);
  console.error('  get a newer one from https://nodejs.org, your distribution, or a version manager (nvm install 22)');
  process.exit(1);
}
