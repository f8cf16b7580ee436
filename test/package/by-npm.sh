# The steps of README.md for a user without root, with the package that `npm pack` has made. Run as that user.
source /opt/use.sh
typed npm config set prefix ~/.local
PATH=$HOME/.local/bin:$PATH
typed npm install --silent -g /opt/find-textd.tgz
installed=$HOME/.local/lib/node_modules/find-textd
du -sh "$installed"
[ -e "$HOME/.local/share/man/man1/find-text.1" ]
completes "$installed/dist/completions/bash/find-text"
use_it
typed npm uninstall --silent -g find-textd
# npm leaves its folders, and what it was told.
rm ~/.npmrc
rmdir -p --ignore-fail-on-non-empty ~/.local/bin ~/.local/lib/node_modules ~/.local/share/man/man1 ~/.local/share/man/man5
