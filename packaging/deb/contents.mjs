/**
 * What the Debian package consists of: the tables from which `npm run deb` writes debian/, beside the files that are the
 * same for each version (packaging/deb/debian/). Pure.
 */
import { nativeFile, sqlitePackage } from '../../shared/store/native-sqlite.mjs';

export const PACKAGE = 'find-textd';
const HOME = `usr/lib/${PACKAGE}`;

/** Before Node 24 the native parts fit one ABI (`process.versions.modules`): from which version of nodejs, and to which. */
const NODE_OF_ABI = {
  115: ['20.19', '21~'],
  127: ['22', '23~'],
  131: ['23', '24~'],
};
/** From this one on they fit all that is newer. */
const ABI_OF_24 = 137;

/** What the programs load of node_modules under this Node. Licences are in `copyright`. @param cpu  as `process.arch` names it */
export function runtimeFiles(cpu) {
  const sqlite = sqlitePackage();
  return [
    `${sqlite}/package.json`,
    `${sqlite}/${nativeFile()}`,
    'koffi/package.json',
    'koffi/index.cjs',
    'koffi/src/koffi/index.cjs',
    'koffi/src/koffi/src/static.cjs',
    `@koromix/koffi-linux-${cpu}/package.json`,
    `@koromix/koffi-linux-${cpu}/index.js`,
    `@koromix/koffi-linux-${cpu}/linux_${cpu}/koffi.node`,
  ];
}

/** From the folder in which it is built, `package/` being the npm package → folder of the system. */
const INSTALLED = {
  'package/package.json': HOME,
  'package/dist': HOME,
  node_modules: HOME,
  'elsewhere/completions/bash/*': 'usr/share/bash-completion/completions',
  'elsewhere/completions/zsh/*': 'usr/share/zsh/vendor-completions',
  'elsewhere/completions/fish/*': 'usr/share/fish/vendor_completions.d',
  'desktop/*': 'usr/share',
  'find-textd.service': 'usr/lib/systemd/user',
};

/** Made on the machine where it is installed, for its Node: see postinst. */
const CACHES = ['find-text-program.js.cache', 'find-textd-program.js.cache'];
const CACHE_FOLDER = `var/cache/${PACKAGE}`;

/** Of dist: they have places of their own, or are made by postinst. */
export const ELSEWHERE = ['completions', 'man', ...CACHES, 'licences.txt'];
/** Of dist: the library, which nobody could import from there, what the build notes, and what npm runs. */
export const LEFT_OUT = ['audit.js', 'types', 'built-from', 'after-install.js'];

const LINKS = {
  [`${HOME}/dist/find-text.js`]: 'usr/bin/find-text',
  [`${HOME}/dist/find-textd.js`]: 'usr/bin/find-textd',
  ...Object.fromEntries(CACHES.map((name) => [`${CACHE_FOLDER}/${name}`, `${HOME}/dist/${name}`])),
};

/** Between two licences in dist/licences.txt. */
const SEPARATOR = `\n${'-'.repeat(80)}\n\n`;

const DESCRIPTION = `full-text search that knows the file you saved a moment ago
 A small daemon keeps an index of your folders current, through inotify or
 the kernel's audit stream. find-text answers from it in a blink: words,
 phrases, fields, typos repaired, source code and documents.
 .
 It also tells which file was changed, when, by whom and with which program,
 and sends that to webhooks. Everything runs as the user; only auditing needs
 root, once.`;

/**
 * @param made  version: of the npm package; abi: of the Node it was built for; maintainer: `NAME <ADDRESS>`; date: of now;
 * licences: of the libraries in it.
 * @returns name in debian/ → text
 */
export function debianFiles(made) {
  return {
    control: controlText(made),
    changelog: changelogText(made),
    copyright: copyrightText(made),
    install: lines(Object.entries(INSTALLED)),
    links: lines(Object.entries(LINKS)),
    dirs: `${CACHE_FOLDER}\n`,
    manpages: 'elsewhere/man/*\n',
    docs: 'package/README.md\npackage/docs\n',
  };
}

function controlText({ abi, maintainer }) {
  return `Source: ${PACKAGE}
Section: utils
Priority: optional
Maintainer: ${maintainer}
Build-Depends: debhelper-compat (= 13)
Standards-Version: 4.6.2
Rules-Requires-Root: no

Package: ${PACKAGE}
Architecture: any
Depends: ${nodeDependency(abi)}, \${shlibs:Depends}, \${misc:Depends}
Suggests: auditd, tesseract-ocr
Description: ${DESCRIPTION}
`;
}

/** @throws Error where no nodejs is known that has it */
export function nodeDependency(abi) {
  if (Number(abi) >= ABI_OF_24) return 'nodejs (>= 24)';
  const range = NODE_OF_ABI[abi];
  if (!range) throw new Error(`no nodejs is known with the ABI ${abi}: build it under Node 20.19, 22 or 24`);
  return `nodejs (>= ${range[0]}), nodejs (<< ${range[1]})`;
}

function changelogText({ version, maintainer, date }) {
  const when = date.toUTCString().replace('GMT', '+0000');
  return `${PACKAGE} (${version}-1) unstable; urgency=medium

  * Version ${version}; its changes are in changelog.gz.

 -- ${maintainer}  ${when}
`;
}

function copyrightText({ licence, licences }) {
  return `${licence.trimEnd()}

The programs contain these libraries, each under the licence that follows.

${licences.split(SEPARATOR).map(withoutCommonText).join(SEPARATOR)}`;
}

/** Debian has this text already: only who has the rights is said. */
function withoutCommonText(licence) {
  if (!/^\s*Apache License\s+Version 2\.0, January 2004$/m.test(licence)) return licence;
  const owners = licence.match(/^[ \t]*Copyright (?!\[).*$/gm) ?? [];
  const [head] = licence.split('\n\n');
  return [head, ...owners, 'The text is in /usr/share/common-licenses/Apache-2.0.', ''].join('\n');
}

function lines(pairs) {
  return pairs.map((words) => `${words.join(' ')}\n`).join('');
}
