/**
 * Names of what records other than SYSCALL tell in numbers: rules, firewalls, virus scanners. From linux/audit.h,
 * netfilter.h, icmp.h, if_ether.h and fanotify.h (kernel 6.1); spelled as ausearch spells them, where it knows them.
 */
import { flags, names } from './name-table.js';

/** In the order in which people write them. */
export const RULE_PERMISSIONS = flags('', 'read 4 write 2 exec 1 attr 8');

export const RULE_LISTS = names('', '0: user task 4: exit exclude filesystem io_uring');

export const NETFILTER_FAMILIES = names('', '0: unspecified inet ipv4 arp 5: netdev 7: bridge 10: ipv6 12: decnet');

export const NETFILTER_HOOKS = names('', '0: PREROUTING INPUT FORWARD OUTPUT POSTROUTING BROUTING');

export const NETFILTER_ACTIONS = names('', '0: ACCEPT DROP REJECT');

export const ICMP_TYPES = names(
  '',
  '0: echo-reply 3: destination-unreachable source-quench redirect 8: echo 11: time-exceeded parameter-problem',
  'timestamp-request timestamp-reply info-request info-reply address-mask-request address-mask-reply',
);

export const ETHERNET_PROTOCOLS = names('', '0x0800: IP 0x0806: ARP 0x8100: 8021Q 0x86dd: IPV6 0x88a8: 8021AD');

export const FANOTIFY_RESPONSES = names('', '1: allow deny');
export const FANOTIFY_INFO_TYPES = names('', '0: none rule_info');
export const TRUST = names('', '0: no yes unknown');
export const MULTICAST_GROUPS = names('', '1: audit-netlink-multicast');
