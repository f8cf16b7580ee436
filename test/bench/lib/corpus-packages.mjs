/**
 * What the corpora are made of, and the hashes they had when first built. Used by lib/corpus-*.mjs.
 * The documents with rich formats are no part of S and M, but text files lie beside them in the same packages and take
 * part in the choice, so leaving a package out gives another corpus.
 */

/** Debian 12 package names, in any order: the choice depends on paths only. */
export const PACKAGES = `
  linux-source-6.1 linux-doc-6.1 emacs-el golang-1.19-src
  manpages manpages-dev manpages-de manpages-fr manpages-es manpages-ja
  python3.11-doc postgresql-doc-15 python-django-doc erlang-doc qtbase5-doc-html git-doc nodejs-doc apache2-doc
  sqlite3-doc gnome-user-docs perl-doc vim-doc cmake-doc ruby3.1-doc autoconf-doc zsh-doc
  debian-policy developers-reference debian-faq harden-doc installation-guide-amd64 debian-handbook
  debian-reference-en debian-reference-de debian-reference-fr debian-reference-ja debian-reference-zh-cn
  libreoffice-help-en-us libreoffice-help-de bible-kjv-text fortunes
  texlive-latex-recommended-doc texlive-latex-base-doc texlive-humanities-doc texlive-science-doc
  r-doc-pdf gnuplot-doc octave-doc maxima-doc fp-docs-3.2.2 kicad-doc-en libreoffice-common`
  .trim()
  .split(/\s+/);

/** Their files are code; of the other packages HTML files are one group and everything else is the third. */
export const CODE_PACKAGES = new Set(['linux-source-6.1', 'golang-1.19-src', 'emacs-el']);

/** Files of each group: code, HTML, plain text with man pages. S lies within M. */
export const QUOTAS = { S: [1000, 500, 500], M: [12000, 4500, 3500] };

/** The same for L, which M lies within; of some groups there are fewer. */
export const LARGE_QUOTA = [66000, 19000, 15000];

/** 21 November 2026. A later Debian point release changes some packages, and with them these. */
export const REFERENCE = {
  S: {
    list: 'ed6c16eace0e22b99d0a32ee4e69ec5a82b9423d01a9acea66c077ac134cebf2',
    content: 'd3bc625c6dfb6ed342ae45fd26ff9dac4088afaafb5449acc812f8bd4540fe23',
  },
  M: {
    list: '257c290a1f438f85e3312e5abea1e5209f18f619642365eafe7c008a909a8690',
    content: '8ded16f80d51e378970e5c792cd4426abb8ae2550c5c65ca099d767e43113259',
  },
};
