# The .deb is installed: what a user does with it. Run as that user.
source /opt/use.sh
[ "$(command -v find-text)" = /usr/bin/find-text ]
[ -e /usr/share/man/man1/find-textd.1.gz ]
[ -s /var/cache/find-textd/find-text-program.js.cache ]
[ -s /var/cache/find-textd/find-textd-program.js.cache ]
completes /usr/share/bash-completion/completions/find-text
use_it
