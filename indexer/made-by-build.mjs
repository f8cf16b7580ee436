/**
 * An esbuild plugin: indexer/extract/extractor-versions.ts is run when the programs are built, and its finished table is put in its
 * place. So the daemon knows the version of each extractor and holds no parser.
 */
import { build } from 'esbuild';

const VERSIONS = 'indexer/extract/extractor-versions.ts';

export const madeByBuild = {
  name: 'made by build',
  setup(current) {
    let versions;
    current.onLoad({ filter: /[/\\]extract[/\\]extractor-versions\.ts$/ }, async () => {
      versions ??= await runVersions();
      return { contents: `export const EXTRACTOR_VERSIONS = ${JSON.stringify(versions)};`, loader: 'js' };
    });
  },
};

async function runVersions() {
  const define = { 'import.meta.url': '"file:///"' };
  const options = { entryPoints: [VERSIONS], bundle: true, platform: 'node', format: 'cjs', write: false, define };
  const [{ text }] = (await build(options)).outputFiles;
  const module = { exports: {} };
  new Function('module', 'exports', 'require', text)(module, module.exports, process.getBuiltinModule);
  return module.exports.EXTRACTOR_VERSIONS;
}
