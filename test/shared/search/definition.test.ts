/** Lines that define a name, and lines that use it, in the languages that people search. */
import { describe, expect, it } from 'vitest';
import { isDefinition } from '../../../shared/search/definition.js';

function defines(line: string): boolean {
  const at = line.indexOf('NAME');
  return isDefinition(line.slice(0, at), line.slice(at + 'NAME'.length));
}

describe('isDefinition', () => {
  it.each([
    'class NAME:',
    'def NAME(self):',
    '  async def NAME(self, x=1):',
    'def self.NAME',
    'func NAME(a int) error {',
    'func (s *Server) NAME(ctx context.Context) error {',
    'type NAME struct {',
    'pub(crate) fn NAME<T>(x: T) {',
    'macro_rules! NAME {',
    'export interface NAME extends Other {',
    'export default function NAME(a, b) {',
    'export const NAME = async (a) => {',
    'const NAME = function () {',
    'var NAME = a => a + 1;',
    'exports.NAME = function NAME2(x) {',
    '  NAME(request, reply) {',
    '  static async NAME (request) {',
    'sub NAME {',
    'public function NAME(string $a): void',
    'template <class T> struct NAME',
    'static int NAME(struct page *page)',
    'void Tool::NAME(int a) const {',
    'int NAME(int a,',
    '#define NAME(x) ((x) + 1)',
    'enum class NAME { A };',
    'module NAME',
  ])('%s', (line) => {
    expect(defines(line)).toBe(true);
  });

  it.each([
    'NAME(x)',
    'return NAME(x)',
    '  if (NAME(x)) {',
    'x = NAME(y);',
    'import { NAME } from "./x";',
    'from x import NAME',
    'class NAME;',
    'const NAME = require("x");',
    '// NAME is gone',
    'new NAME(x) {',
    'else NAME(x) {',
    'self.NAME = 1',
  ])('not %s', (line) => {
    expect(defines(line)).toBe(false);
  });
});
