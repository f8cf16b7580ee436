/** What to do when `npm ci` failed: read from what npm printed. Pure, but for the look for programs. Used by set-up.mjs. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What node-gyp needs: one of each. */
const TOOLS = { make: ['make', 'gmake'], 'g++': ['g++', 'c++', 'clang++'], python3: ['python3', 'python'] };
const INSTALL = [
  'Debian, Ubuntu: sudo apt install make g++ python3',
  'Fedora: sudo dnf install make gcc-c++ python3',
  'Arch: sudo pacman -S base-devel python',
  'Alpine: sudo apk add build-base python3',
];

const NEWER = 'or use Node 24 or newer, for which nothing is compiled';

/** First match wins: what fails while a package is built may speak of the network, too. */
const CAUSES = [
  [/ENOSPC|EDQUOT/, () => ['the disk is full: free about 300 MB and try again']],
  [/node_modules\/better-sqlite3|gyp ERR!|prebuild-install/, nativeAdvice],
  [
    /code \S*(?:SELF_SIGNED|ISSUER_CERT|UNABLE_TO_VERIFY)/,
    () => [
      'npm does not know who signed the certificate of its registry, as behind the proxy of a company',
      'name a file that has that one, too: npm config set cafile /etc/ssl/certs/ca-certificates.crt',
    ],
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|FETCH_ERROR|code E(40[1347]|5\d\d)/,
    () => [
      'the npm registry does not give the packages: `npm ping` tries it, `npm config get registry` says which one it is',
      'is there a network? behind a proxy: npm config set https-proxy http://HOST:PORT',
    ],
  ],
  [
    /EACCES|EPERM|EROFS/,
    () => ['npm may not write: whose are this folder and ~/.npm? a clone in a folder of yours needs no root'],
  ],
  [
    /EUSAGE|in sync/,
    () => ['package.json and package-lock.json do not fit together: `git checkout package.json package-lock.json`'],
  ],
];

/** @param output  of npm. @param path  as in $PATH. @returns lines */
export function adviceFor(output, path) {
  const [, advice] = CAUSES.find(([pattern]) => pattern.test(output)) ?? [];
  return advice?.(path) ?? ['npm says above why; the same by hand: npm ci'];
}

function nativeAdvice(path) {
  const missing = Object.keys(TOOLS).filter((tool) => !TOOLS[tool].some((name) => isOnPath(name, path)));
  const reason = 'better-sqlite3 has no ready-made build for this machine';
  if (missing.length > 0) return [`${reason}; to build it, ${missing.join(', ')} is missing here:`, ...INSTALL, NEWER];
  return [
    `${reason}, and the build of it failed: the lines with "gyp ERR!" or "error:" above say why`,
    'without a way to nodejs.org it needs the headers of Node; where /usr/include/node has them, type first:',
    '  export npm_config_nodedir=/usr',
    NEWER,
  ];
}

function isOnPath(name, path) {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
